import { expect, test } from 'vitest';
import { isNeeded } from './engines.ts';
import { createWeightKeeper, keyOf } from './kept-weights.ts';

const at = 'https://stories.test/app/weights-manifest.json';
const file = (path: string, sha256: string) => ({ path, sha256 });
const manifest = {
  models: [
    { files: [file('a.onnx', 'aa'), file('b.data', 'bb')], mirrors: ['weights/tiny/'] },
    { files: [file('c.data', 'cc')], mirrors: ['https://elsewhere.test/'] },
  ],
};

/** A Cache of texts, as far as it is used here. */
function fakeCache(kept: Record<string, string> = {}) {
  const texts = new Map(Object.entries(kept));
  return {
    texts,
    async match(key: RequestInfo | URL) {
      const text = texts.get(String(key));
      return text === undefined ? undefined : new Response(text);
    },
    async put(key: RequestInfo | URL, response: Response) {
      texts.set(String(key), await response.text());
    },
    async delete(key: RequestInfo | URL) {
      return texts.delete(String(key));
    },
    async keys() {
      return [...texts.keys()].map((url) => ({ url }) as Request);
    },
  };
}

function keeperOver(
  cache: ReturnType<typeof fakeCache>,
  answer = async (url: string) => new Response(`bytes of ${url}`),
) {
  const asked: string[] = [];
  const keeper = createWeightKeeper(
    async () => cache,
    (url) => {
      asked.push(url);
      return answer(url);
    },
  );
  return { keeper, asked };
}

test('the first model is kept by its hashes, and no other is fetched', async () => {
  const cache = fakeCache();
  const { keeper, asked } = keeperOver(cache);
  await keeper.keep(manifest, at);
  expect(asked).toEqual([
    'https://stories.test/app/weights/tiny/a.onnx',
    'https://stories.test/app/weights/tiny/b.data',
  ]);
  expect([...cache.texts.keys()]).toEqual([keyOf('aa'), keyOf('bb')]);
});

test('what is kept is not fetched again, and what no model lists is forgotten', async () => {
  const cache = fakeCache({ [keyOf('aa')]: 'a', [keyOf('cc')]: 'c', [keyOf('old')]: 'x' });
  const { keeper, asked } = keeperOver(cache);
  await keeper.keep(manifest, at);
  expect(asked).toEqual(['https://stories.test/app/weights/tiny/b.data']);
  expect([...cache.texts.keys()].sort()).toEqual([keyOf('aa'), keyOf('bb'), keyOf('cc')]);
});

test('a file that is missing is not kept, what came before it is, and a second try goes on from there', async () => {
  const cache = fakeCache();
  let there = false;
  const { keeper, asked } = keeperOver(cache, async (url) =>
    url.endsWith('b.data') && !there ? new Response('no', { status: 404 }) : new Response('bytes'),
  );
  await expect(keeper.keep(manifest, at)).rejects.toThrow(/b\.data answered 404/);
  expect([...cache.texts.keys()]).toEqual([keyOf('aa')]);
  there = true;
  await keeper.keep(manifest, at);
  expect(asked.filter((url) => url.endsWith('a.onnx'))).toHaveLength(1);
  expect([...cache.texts.keys()]).toEqual([keyOf('aa'), keyOf('bb')]);
});

test('a request for a file on its way waits for it instead of fetching it twice', async () => {
  let arrive = (_: Response): void => {};
  const { keeper } = keeperOver(fakeCache(), (url) =>
    url.endsWith('a.onnx') ? new Promise((resolve) => (arrive = resolve)) : Promise.resolve(new Response('b')),
  );
  const url = 'https://stories.test/app/weights/tiny/a.onnx';
  expect(keeper.arriving(url)).toBeUndefined();
  const kept = keeper.keep(manifest, at);
  await new Promise((resolve) => setTimeout(resolve));
  const first = keeper.arriving(url);
  const second = keeper.arriving(url);
  arrive(new Response('a'));
  expect(await (await first)?.text()).toBe('a');
  expect(await (await second)?.text()).toBe('a');
  await kept;
  expect(keeper.arriving(url)).toBeUndefined();
});

test.each([undefined, {}, { models: [] }, { models: [{}] }, { models: 'x' }])(
  '%j is no list to keep from',
  async (value) => {
    await expect(keeperOver(fakeCache()).keeper.keep(value, at)).rejects.toThrow(TypeError);
  },
);

test('a browser fetches the engines it can come to need, and no other', () => {
  const builds = ['', '.jspi', '.asyncify', '.jsep'].map((build) => `ort/ort-wasm-simd-threaded${build}.wasm`);
  const needed = (webgpu: boolean, jspi: boolean) => builds.filter((url) => isNeeded(url, { webgpu, jspi }));
  expect(needed(true, true)).toEqual([builds[0], builds[1]]);
  expect(needed(true, false)).toEqual([builds[0], builds[2]]);
  expect(needed(false, true)).toEqual([builds[0]]);
  expect(isNeeded('assets/page-3fa.js', { webgpu: false, jspi: false })).toBe(true);
});
