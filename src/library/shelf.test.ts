import { expect, test } from 'vitest';
import { createMemoryStore, openBrowserStore } from './browser-store.ts';
import { createShelf, type KeyValueStore } from './shelf.ts';
import { parseStory, type Story, type StoryPage, seedOf } from './story.ts';

const png = new Blob([new Uint8Array([137, 80, 78, 71])], { type: 'image/png' });
const picture = { seed: 7, offset: 5, alt: 'Picture: a turtle', png, vokens: new Float32Array([1, 2]) };
const pages: StoryPage[] = [{ text: 'Once.' }, { text: 'Twice.', picture }, { text: 'The end.' }];

function storyOf(change: Partial<Story> = {}): Story {
  return {
    format: 1,
    id: 'a',
    toldAt: 1000,
    prompt: 'a turtle',
    seed: 7,
    model: { id: 'tiny', revision: '1', variant: 'q8f32' },
    backend: 'wasm',
    options: { pages: 3, steps: 12, guidance: 3, sampler: 'ddim' },
    complete: true,
    pages,
    ...change,
  };
}

function spied(store: KeyValueStore) {
  const written: string[][] = [];
  const set: KeyValueStore['set'] = async (entries) => {
    written.push(entries.map(([key]) => key));
    await store.set(entries);
  };
  return { written, store: { ...store, set } };
}

test('a story that was kept is loaded as it was, pictures as Blobs', async () => {
  const shelf = createShelf(createMemoryStore());
  await shelf.keep(storyOf());
  expect(await shelf.load('a')).toEqual(storyOf());
  expect(await shelf.latest()).toEqual(storyOf());
});

test('a checkpoint writes its page and the head, in one go, and no other page', async () => {
  const { store, written } = spied(createMemoryStore());
  const shelf = createShelf(store);
  await shelf.keep(storyOf({ pages: pages.slice(0, 1), complete: false }), [1]);
  await shelf.keep(storyOf({ pages: pages.slice(0, 2), complete: false }), [2]);
  expect(written).toEqual([
    ['page/a/1', 'head/a'],
    ['page/a/2', 'head/a'],
  ]);
  expect(await shelf.load('a')).toEqual(storyOf({ pages: pages.slice(0, 2), complete: false }));
});

test('the shelf lists the newest first, with a cover, and leaves out what it cannot read', async () => {
  const store = createMemoryStore();
  const shelf = createShelf(store);
  await shelf.keep(storyOf({ id: 'old', toldAt: 1 }));
  await shelf.keep(storyOf({ id: 'new', toldAt: 2 }));
  await store.set([
    ['head/newer', { ...storyOf({ id: 'newer', toldAt: 3 }), format: 2 }],
    ['head/broken', 'nothing'],
  ]);
  const entries = await shelf.list();
  expect(entries.map((entry) => entry.id)).toEqual(['new', 'old']);
  expect(entries[0]).toMatchObject({ pageCount: 3, cover: png, complete: true });
  expect(await shelf.load('newer')).toBeUndefined();
});

test('a story ends, incomplete, before a page that cannot be read', async () => {
  const store = createMemoryStore();
  const shelf = createShelf(store);
  await shelf.keep(storyOf());
  await store.set([['page/a/2', { text: 3 }]]);
  expect(await shelf.load('a')).toEqual(storyOf({ pages: pages.slice(0, 1), complete: false }));
});

test('a story told differently from page 2 keeps nothing of the old pages after it', async () => {
  const store = createMemoryStore();
  const shelf = createShelf(store);
  await shelf.keep(storyOf());
  await shelf.keep(storyOf({ pages: [pages[0] as StoryPage, { text: 'Else.' }] }), [2]);
  expect((await shelf.load('a'))?.pages.map((page) => page.text)).toEqual(['Once.', 'Else.']);
  expect(await store.keys()).not.toContain('page/a/3');
});

test('a page whose picture cannot be read ends its story, too', async () => {
  const store = createMemoryStore();
  const shelf = createShelf(store);
  await shelf.keep(storyOf());
  await store.set([['page/a/2', { text: 'Twice.', picture: { ...picture, png: 'gone' } }]]);
  expect((await shelf.load('a'))?.pages).toEqual(pages.slice(0, 1));
});

test('a removed story is gone, and no other', async () => {
  const store = createMemoryStore();
  const shelf = createShelf(store);
  await shelf.keep(storyOf({ id: 'a' }));
  await shelf.keep(storyOf({ id: 'ab' }));
  await shelf.remove('a');
  expect((await shelf.list()).map((entry) => entry.id)).toEqual(['ab']);
  expect((await store.keys()).filter((key) => key.startsWith('page/a/'))).toEqual([]);
  expect((await shelf.load('ab'))?.pages).toHaveLength(3);
});

test('where storage is refused the shelf still works, and says that it does not last', async () => {
  // Node has no IndexedDB: the same refusal as in a sandboxed frame.
  const { store, lasting } = await openBrowserStore();
  expect(lasting).toBe(false);
  const shelf = createShelf(store);
  await shelf.keep(storyOf());
  expect(await shelf.load('a')).toEqual(storyOf());
});

test('a store that is full rejects, so that the page can say so', async () => {
  const full: KeyValueStore = {
    ...createMemoryStore(),
    set: async () => {
      throw new DOMException('full', 'QuotaExceededError');
    },
  };
  await expect(createShelf(full).keep(storyOf())).rejects.toThrow('full');
});

test('a story is opened as it was told, and nothing else is', () => {
  const branches = [{ from: 2, seed: 9 }];
  for (const story of [storyOf(), storyOf({ branches }), storyOf({ picture: png, pages: [] })]) {
    expect(parseStory(story)).toEqual(story);
  }
  for (const [value, place] of [
    [undefined, 'the whole'],
    [{ ...storyOf(), format: 2 }, 'format'],
    [{ ...storyOf(), pages: [null] }, 'pages.0'],
    [{ ...storyOf(), pages: [{ text: 'a', picture: { ...picture, vokens: [1] } }] }, 'pages.0.picture.vokens'],
    [{ ...storyOf(), picture: 'data:' }, 'picture'],
    [{ ...storyOf(), toldAt: 1e17 }, 'toldAt'],
    [{ ...storyOf(), seed: -1 }, 'seed'],
    [{ ...storyOf(), options: {} }, 'options.pages'],
  ] as const) {
    expect(() => parseStory(value), place).toThrow(`no story that can be opened (${place}: `);
  }
});

test('each page knows the seed it was told with', () => {
  expect(seedOf({ seed: 7 }, 3)).toBe(7);
  const branched = {
    seed: 7,
    branches: [
      { from: 2, seed: 8 },
      { from: 4, seed: 9 },
    ],
  };
  expect([1, 2, 3, 4, 5].map((page) => seedOf(branched, page))).toEqual([7, 8, 8, 9, 9]);
});
