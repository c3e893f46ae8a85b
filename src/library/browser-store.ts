/** The shelf's store in a browser: IndexedDB, or memory where it is refused (a private window, a cross-site frame). */
import { createStore, delMany, get, keys, setMany } from 'idb-keyval';
import type { KeyValueStore } from './shelf.ts';

export interface OpenedStore {
  readonly store: KeyValueStore;
  /** False when storage is refused: what is told is forgotten when the page closes, and the reader should be told so. */
  readonly lasting: boolean;
}

export function createMemoryStore(): KeyValueStore {
  const values = new Map<string, unknown>();
  return {
    get: async (key) => values.get(key),
    set: async (entries) => {
      for (const [key, value] of entries) values.set(key, value);
    },
    remove: async (names) => {
      for (const key of names) values.delete(key);
    },
    keys: async () => [...values.keys()],
  };
}

/** Never rejects. */
export async function openBrowserStore(): Promise<OpenedStore> {
  try {
    const store = createStore('interleaf', 'shelf');
    await keys(store);
    return {
      lasting: true,
      store: {
        get: (key) => get(key, store),
        set: (entries) =>
          setMany(
            entries.map(([key, value]) => [key, value]),
            store,
          ),
        remove: (names) => delMany([...names], store),
        keys: async () => (await keys(store)).filter((key) => typeof key === 'string'),
      },
    };
  } catch {
    return { lasting: false, store: createMemoryStore() };
  }
}
