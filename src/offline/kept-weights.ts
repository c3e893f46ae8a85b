/**
 * The embedded model's weights, kept for a visit without network. They go where the page looks for them first: a cache
 * with one entry per hash. The page verifies what it takes out of it, so nothing is verified here.
 */

export const CACHE = 'interleaf-weights';

/** A name no server answers to; the page's own store uses the same. */
export const keyOf = (sha256: string): string => `https://weights.interleaf.invalid/${sha256}`;

export interface WeightKeeper {
  /** Fetches what is not kept yet, and forgets what no listed model names any more. Rejects where the network does. */
  keep(manifest: unknown, manifestUrl: string): Promise<void>;
  /** The answer to a request for a file that is on its way already; undefined for every other. */
  arriving(url: string): Promise<Response | undefined> | undefined;
}

interface ListedFile {
  readonly path: string;
  readonly sha256: string;
}

interface ListedModel {
  readonly files: readonly ListedFile[];
  readonly mirrors: readonly string[];
}

type CacheOf = Pick<Cache, 'match' | 'put' | 'delete' | 'keys'>;

function modelsOf(manifest: unknown): readonly ListedModel[] {
  const { models } = (manifest ?? {}) as { readonly models?: readonly ListedModel[] };
  const sound = models?.every((model) => Array.isArray(model?.files) && Array.isArray(model.mirrors));
  if (!models?.length || !sound) throw new TypeError('weights-manifest.json lists no model; nothing can be kept.');
  return models;
}

export function createWeightKeeper(
  openCache: () => Promise<CacheOf>,
  fetch: (url: string) => Promise<Response>,
): WeightKeeper {
  const onTheWay = new Map<string, Promise<Response | undefined>>();

  async function fetchInto(cache: CacheOf, url: string, key: string): Promise<Response | undefined> {
    const response = await fetch(url);
    if (!response.ok) throw new TypeError(`${url} answered ${response.status}; the story cannot be told offline yet.`);
    await cache.put(key, response);
    return cache.match(key);
  }

  return {
    async keep(manifest, manifestUrl) {
      const models = modelsOf(manifest);
      const [{ files, mirrors }] = models as [ListedModel];
      const cache = await openCache();
      for (const { path, sha256 } of files) {
        const key = keyOf(sha256);
        if (await cache.match(key)) continue;
        const url = new URL(path, new URL(mirrors[0] ?? '', manifestUrl)).href;
        const arrival = fetchInto(cache, url, key);
        onTheWay.set(url, arrival);
        await arrival.finally(() => onTheWay.delete(url));
      }
      const listed = new Set(models.flatMap((model) => model.files.map((file) => keyOf(file.sha256))));
      for (const { url } of await cache.keys()) if (!listed.has(url)) await cache.delete(url);
    },

    arriving(url) {
      return onTheWay.get(url)?.then(
        (response) => response?.clone(),
        () => undefined,
      );
    },
  };
}
