import { expect, test, vi } from 'vitest';
import type { ModelEntry } from '../weights/manifest.ts';
import { holdModel, mirrorsOf, type OwnWeights } from './own-weights.ts';

const model = {
  id: 'tiny',
  revision: '2',
  mirrors: ['weights/tiny/', 'https://b.test/'],
  files: [{ bytes: 5 }, { bytes: 6 }],
};
const entry = model as unknown as ModelEntry;
const home = 'https://stories.test/app/';

function weights(held: { revision: string; state: string; totalBytes: number }[], fetch = vi.fn(async () => {})) {
  const list = async () => held.map(({ revision, ...rest }) => ({ model: { id: 'tiny', revision }, ...rest }));
  const own = { list, fetch, end: vi.fn() };
  return { own, fetch, open: () => own as unknown as OwnWeights };
}

test('a model that is held whole is not asked for again', async () => {
  const { own, fetch, open } = weights([{ revision: '2', state: 'whole', totalBytes: 11 }]);
  await holdModel(entry, home, open);
  expect(fetch).not.toHaveBeenCalled();
  expect(own.end).toHaveBeenCalledOnce();
});

test.each([
  ['of another revision', { revision: '1', state: 'whole', totalBytes: 11 }],
  ['partly', { revision: '2', state: 'partly', totalBytes: 11 }],
  ['with one of its variants', { revision: '2', state: 'whole', totalBytes: 5 }],
])('one that is held %s is fetched, from where its manifest lies', async (_, held) => {
  const { fetch, open } = weights([held]);
  await holdModel(entry, home, open);
  expect(fetch).toHaveBeenCalledWith({ model, mirrors: mirrorsOf(entry, home) }, expect.any(Function));
  expect(mirrorsOf(entry, home)).toEqual(['https://stories.test/app/weights/tiny/', 'https://b.test/']);
});

test('what goes wrong is told, and the worker is ended all the same', async () => {
  const { own, open } = weights(
    [],
    vi.fn(() => Promise.reject(new Error('no room'))),
  );
  await expect(holdModel(entry, home, open)).rejects.toThrow('no room');
  expect(own.end).toHaveBeenCalledOnce();
});
