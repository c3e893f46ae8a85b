import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { download, type Fetch } from './download.ts';
import { loadFiles } from './files.ts';
import type { ModelEntry, WeightFile } from './manifest.ts';
import { createStore, type KeptIn } from './store.ts';
import { type Bytes, receive, sha256 } from './verified.ts';

const bytes = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 31 + 7) % 251) as Bytes;

async function fileOf(data: Bytes, chunkBytes: number, path = 'unet.data'): Promise<WeightFile> {
  const starts = Array.from({ length: Math.ceil(data.length / chunkBytes) }, (_, i) => i * chunkBytes);
  const chunks = await Promise.all(starts.map((at) => sha256(data.slice(at, at + chunkBytes))));
  return { path, bytes: data.length, sha256: await sha256(data), chunkBytes, chunks };
}

/** A server that answers with these bytes in pieces. */
const serving =
  (data: Uint8Array, init: ResponseInit = {}): Fetch =>
  async () =>
    new Response(data.slice(), init);

test('whatever the pieces, what comes out is what the manifest names', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 400 }),
      fc.integer({ min: 1, max: 90 }),
      fc.array(fc.nat(50)),
      async (size, chunk, cuts) => {
        const data = bytes(size);
        const receiver = receive(await fileOf(data, chunk));
        let at = 0;
        for (const cut of [...cuts, size]) {
          const end = Math.min(size, at + cut);
          await receiver.take(data.subarray(at, end));
          at = end;
        }
        expect(await receiver.whole()).toEqual(data);
      },
    ),
    { numRuns: 60 },
  );
});

test('one flipped bit anywhere, a cut, or a byte too many never comes out', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 2, max: 300 }),
      fc.nat(),
      fc.constantFrom('flip', 'cut', 'longer'),
      async (size, where, fault) => {
        const data = bytes(size);
        const file = await fileOf(data, 64);
        let bad = data.slice();
        if (fault === 'flip') (bad[where % size] as number) ^= 1 << (where % 8);
        if (fault === 'cut') bad = bad.slice(0, where % size) as typeof bad;
        if (fault === 'longer') bad = Uint8Array.from([...bad, 0]) as typeof bad;
        const receiver = receive(file);
        await expect(receiver.take(bad).then(() => receiver.whole())).rejects.toMatchObject({ name: 'WeightsError' });
      },
    ),
    { numRuns: 60 },
  );
});

describe('a download', () => {
  test('tells what is wrong, with which file', async () => {
    const data = bytes(200);
    const file = await fileOf(data, 64);
    const from = (fetch: Fetch) => download(file, ['https://one.test/'], fetch);
    await expect(from(serving(data, { status: 404 }))).rejects.toMatchObject({
      code: 'missing',
      message: expect.stringContaining('unet.data'),
    });
    await expect(from(serving(data, { status: 503 }))).rejects.toMatchObject({ code: 'unreachable' });
    await expect(from(serving(data.slice(0, 90)))).rejects.toMatchObject({ code: 'cut-short' });
    const expected = file.chunks[0]?.slice(0, 12) as string;
    await expect(from(serving(bytes(201).slice(1)))).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringMatching(new RegExp(`chunk 1 of 4 of unet\\.data .*should have ${expected}.*Try again`)),
    });
    await expect(from(serving(data, { headers: { 'content-type': 'text/html' } }))).rejects.toMatchObject({
      code: 'missing',
    });
    await expect(from(() => Promise.reject(new TypeError('offline')))).rejects.toMatchObject({ code: 'unreachable' });
  });

  test('goes on with the next mirror', async () => {
    const data = bytes(200);
    const asked: string[] = [];
    const fetch: Fetch = async (url) => {
      asked.push(url);
      return url.includes('one') ? new Response('no', { status: 404 }) : new Response(data);
    };
    expect(await download(await fileOf(data, 64), ['https://one.test/', 'https://two.test/'], fetch)).toEqual(data);
    expect(asked).toEqual(['https://one.test/unet.data', 'https://two.test/unet.data']);
  });
});

function memoryCaches(): KeptIn & { readonly kept: Map<string, Uint8Array> } {
  const kept = new Map<string, Uint8Array>();
  const cache = {
    match: async (key: string) => (kept.has(key) ? new Response(kept.get(key)?.slice()) : undefined),
    put: async (key: string, response: Response) => void kept.set(key, new Uint8Array(await response.arrayBuffer())),
    delete: async (key: string) => kept.delete(key),
  };
  return { kept, open: async () => cache as unknown as Cache };
}

describe('the store', () => {
  const never: Fetch = () => Promise.reject(new Error('the network was asked'));

  test('a second visit asks nobody', async () => {
    const data = bytes(500);
    const entry = { id: 'tiny', files: [await fileOf(data, 64)] } as unknown as ModelEntry;
    const store = createStore(memoryCaches());
    const sources = { mirrors: ['https://one.test/'], store };
    await loadFiles(entry, ['unet.data'], { ...sources, fetch: serving(data) }, () => {});
    const phases: string[] = [];
    const files = await loadFiles(entry, ['unet.data'], { ...sources, fetch: never }, ({ phase }) =>
      phases.push(phase),
    );
    expect(files.get('unet.data')).toEqual(data);
    expect(phases).toEqual(['verify']);
  });

  test('what rotted in it is fetched again', async () => {
    const data = bytes(500);
    const file = await fileOf(data, 64);
    const caches = memoryCaches();
    const store = createStore(caches);
    await store.put(file, data);
    const [key, stored] = [...caches.kept][0] as [string, Uint8Array];
    (stored[99] as number) ^= 4;
    caches.kept.set(key, stored);
    expect(await store.get(file)).toBeUndefined();
    expect(caches.kept.size).toBe(0);
  });

  test('where storage is refused everything still loads', async () => {
    const data = bytes(500);
    const entry = { id: 'tiny', files: [await fileOf(data, 64)] } as unknown as ModelEntry;
    const refusing = { open: () => Promise.reject(new DOMException('no', 'SecurityError')) };
    for (const caches of [undefined, refusing]) {
      const sources = { mirrors: ['https://one.test/'], store: createStore(caches), fetch: serving(data) };
      expect((await loadFiles(entry, ['unet.data'], sources, () => {})).get('unet.data')).toEqual(data);
    }
  });
});
