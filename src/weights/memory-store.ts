/** Files that last as long as the worker: for a browser that refuses storage, or has no room. */
import type { Store } from './store.ts';

/** Every chunk is a Blob at once: Blobs lie outside the page's heap. */
export function createMemoryStore(): Store {
  const whole = new Map<string, Blob>();
  return {
    lasting: false,
    heldBytes: async (file) => (whole.has(file.sha256) ? file.bytes : 0),
    hashesOf: async () => undefined,
    read: async (file) => whole.get(file.sha256),
    async open(file) {
      const chunks = new Map<number, Blob>();
      const held = new Set<number>();
      return {
        held,
        async write(index, bytes) {
          chunks.set(index, new Blob([bytes]));
          held.add(index);
        },
        async commit() {
          whole.set(file.sha256, new Blob(file.chunks.map((_, index) => chunks.get(index) as Blob)));
        },
        close() {},
      };
    },
  };
}
