/**
 * Weight files kept between visits, under their hash, in the Cache API. A browser that refuses to store (private
 * window, foreign frame, full disk) is a browser that downloads again: nothing here throws.
 */
import type { WeightFile } from './manifest.ts';
import { type Bytes, receive } from './verified.ts';

const NAME = 'interleaf-weights';

/** Where files are kept. Bytes that come out have been verified again. */
export interface Store {
  get(file: WeightFile): Promise<Bytes | undefined>;
  put(file: WeightFile, bytes: Bytes): Promise<void>;
}

export type KeptIn = Pick<CacheStorage, 'open'>;

/** A name no server answers to: the key of a hash, the same from every page and worker. */
function keyOf(file: WeightFile): string {
  return `https://weights.interleaf.invalid/${file.sha256}`;
}

export function createStore(caches: KeptIn | undefined): Store {
  return {
    async get(file) {
      try {
        const cache = await caches?.open(NAME);
        const kept = await cache?.match(keyOf(file));
        if (!cache || !kept) return undefined;
        const receiver = receive(file);
        try {
          await receiver.take(new Uint8Array(await kept.arrayBuffer()));
          return await receiver.whole();
        } catch {
          await cache.delete(keyOf(file));
          return undefined;
        }
      } catch {
        return undefined;
      }
    },
    async put(file, bytes) {
      try {
        const cache = await caches?.open(NAME);
        await cache?.put(keyOf(file), new Response(bytes));
      } catch {
        // Kept in memory for this visit only.
      }
    },
  };
}

/** The browser's own store. Merely naming `caches` throws in a sandboxed frame. */
export function browserCaches(): KeptIn | undefined {
  try {
    return globalThis.caches;
  } catch {
    return undefined;
  }
}
