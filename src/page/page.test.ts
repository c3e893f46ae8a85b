import { expect, test, vi } from 'vitest';
import { askedBefore, askedFor } from './asked.ts';
import { readPictureHeader } from './picture-header.ts';
import { cleanPrompt, titleOf } from './prompt.ts';
import { curled } from './quotes.ts';
import { parseSeed } from './seed.ts';
import { altOf, createSentenceFeed } from './sentences.ts';
import { type Action, reduce, START, type State } from './state.ts';
import { headOf, sameModel, storyOf, type ToldHead } from './told.ts';
import { onTurnKey } from './turning.ts';

const after = (...actions: Action[]): State => actions.reduce(reduce, START);
const load: Action = { kind: 'load', title: 'A turtle', seed: 7, branches: [], limit: 2, kept: [] };
const tell: Action = { kind: 'tell', limit: 3, title: 'A turtle' };
const text = (page: number, words: string): Action => ({ kind: 'event', event: { kind: 'text', page, text: words } });
const outcome = { end: 'page', tokens: 20, seconds: 2 } as const;
const begun: Action[] = [load, tell, { kind: 'event', event: { kind: 'page', page: 1 } }];
const vokens: Action = {
  kind: 'event',
  event: { kind: 'vokens', page: 1, vokens: new Float32Array(8), offset: 5 },
  alt: 'Picture: Once.',
};

test('a story passes through its three moments', () => {
  const telling = after(...begun, text(1, 'Once'), text(1, ' more.'), vokens);
  expect([telling.phase, telling.pages[0]?.text, telling.status]).toEqual(['telling', 'Once more.', 'Painting page 1']);
  // The model has a least number of pages: what it was asked for gives way to it.
  expect(telling.limit).toBe(3);
  const told = [
    { kind: 'event', event: { kind: 'page-end', page: 1, outcome } },
    {
      kind: 'event',
      event: { kind: 'picture', page: 1, seed: 7, seconds: 3, bitmap: {} as ImageBitmap },
      url: 'blob:1',
    },
    { kind: 'event', event: { kind: 'finished', end: 'story' } },
  ] as Action[];
  const state = told.reduce(reduce, telling);
  expect([state.phase, state.stopped, state.pages[0]?.picture?.url]).toEqual(['told', false, 'blob:1']);
  expect(state.pages[0]?.tokensPerSecond).toBe(10);
});

test('a page keeps the chapter that it opens', () => {
  const chapter = { pages: 4, prompt: 'now a kite' };
  const event = { kind: 'chapter', page: 1, ...chapter } as const;
  const state = after(...begun, { kind: 'event', event }, text(1, 'Once'), {
    kind: 'event',
    event: { kind: 'finished', end: 'story' },
  });
  expect(state.pages[0]?.chapter).toEqual(chapter);
  expect(storyOf(state, {} as ToldHead, new Map()).pages).toEqual([{ text: 'Once', chapter }]);
});

test('a stop in the middle of a picture keeps the words and no empty frame', () => {
  const state = after(...begun, text(1, 'Once'), vokens, {
    kind: 'event',
    event: { kind: 'finished', end: 'stopped' },
  });
  expect([state.phase, state.stopped, state.pages[0]?.text, state.pages[0]?.picture]).toEqual([
    'told',
    true,
    'Once',
    undefined,
  ]);
});

test('a stop before the first word gives the cover back', () => {
  expect(after(...begun, { kind: 'event', event: { kind: 'finished', end: 'stopped' } })).toEqual(START);
});

test('quotes are curled, and no offset moves', () => {
  const text = `"I can't!" said the 'fox' ("Oh").`;
  expect(curled(text)).toBe('“I can’t!” said the ‘fox’ (“Oh”).');
  expect(curled(text)).toHaveLength(text.length);
});

test('pages are turned or scrolled as the reader likes', () => {
  expect(after({ kind: 'turn-pages', turning: true }).turning).toBe(true);
});

const error: Action = { kind: 'error', error: { name: 'DeviceError', code: 'lost', message: 'The GPU was lost.' } };
const ended = (end: 'story' | 'stopped' = 'stopped'): Action => ({ kind: 'event', event: { kind: 'finished', end } });

test('an error is shown, and what is being told goes on', () => {
  const telling = after(...begun, text(1, 'Once'));
  const { error: shown, ...rest } = reduce(telling, error);
  expect([shown?.code, rest]).toEqual(['lost', telling]);
  expect(reduce(reduce(telling, error), { kind: 'dismiss' })).toEqual(telling);
});

test('a story that breaks off in the middle of a page keeps the half page, and can go on', () => {
  const state = after(...begun, text(1, 'Once upon'), ended(), error);
  expect([state.phase, state.stopped, state.pages[0]?.text, state.pages[0]?.over]).toEqual([
    'told',
    true,
    'Once upon',
    true,
  ]);
});

test('while a storyteller is fetched the book before it is not lost', () => {
  const told = after(...begun, text(1, 'Once.'), ended('story'), { kind: 'turn-pages', turning: true });
  const loading = reduce(reduce(told, error), { ...load, title: 'An owl' } as Action);
  expect([loading.phase, loading.title, loading.pages]).toEqual(['loading', 'An owl', []]);
  expect(reduce(loading, ended())).toEqual(told);
  expect(reduce(loading, tell).before).toBeUndefined();
  expect(reduce(after(load), ended())).toEqual(START);
});

test('an empty page in the middle stays, so that every picture stays on its page; one at the end goes', () => {
  const page = (number: number): Action => ({ kind: 'event', event: { kind: 'page', page: number } });
  const state = after(...begun, text(1, 'Once.'), page(2), page(3), text(3, 'Then.'), page(4), ended('story'));
  expect(state.pages.map((each) => each.text)).toEqual(['Once.', '', 'Then.']);
});

test('a picture that failed keeps its vokens and can be painted anew', () => {
  const failed = {
    kind: 'picture-failed',
    page: 1,
    error: { name: 'DeviceError', code: 'lost', message: '' },
  } as const;
  const state = after(...begun, text(1, 'Once.'), vokens, { kind: 'event', event: failed }, ended('story'));
  expect(state.pages[0]?.picture).toMatchObject({ failed: true, vokens: new Float32Array(8) });
  const redrawing = reduce(state, { kind: 'redraw', page: 1, steps: 2 });
  // Stopped: it is still missing. Painted: it is not.
  expect(reduce(redrawing, { kind: 'redrawn', page: 1 }).pages[0]?.picture?.failed).toBe(true);
  const picture = { url: 'blob:2', seed: 9 };
  const painted = reduce(redrawing, { kind: 'redrawn', page: 1, picture }).pages[0]?.picture;
  expect(painted).toMatchObject(picture);
  expect(painted).not.toHaveProperty('failed');
});

const head: ToldHead = {
  format: 1,
  id: 'a',
  toldAt: 1000,
  prompt: 'a turtle',
  model: { id: 'tiny', revision: 'r1', variant: 'q8f32' },
  backend: 'wasm',
  options: { pages: 2, steps: 12, guidance: 3, sampler: 'ddim' },
};

test('a story says which seed each part of it was told with', () => {
  const kept = after(...begun, text(1, 'Once.'), ended()).pages;
  const branches = [{ from: 2, seed: 9 }];
  const state = after({ ...load, kept, branches } as Action, tell, ended());
  expect(storyOf(state, head, new Map())).toEqual({
    ...head,
    seed: 7,
    branches,
    pages: [{ text: 'Once.' }],
    complete: false,
  });
  const opened = reduce(START, { kind: 'open', story: storyOf(state, head, new Map()), title: 'A turtle', urls: [] });
  expect([opened.seed, opened.branches, opened.stopped]).toEqual([7, branches, true]);
});

test('a distilled model paints its own way what another told, and refuses what is asked of it', () => {
  const picture = { sampler: 'ddim', steps: 4, guidance: 1, distilled: { steps: [4, 4] } };
  const model = { id: 'tiny', revision: 'r2', title: 'Tiny', picture, text: { minPages: 1, maxPages: 8 } };
  const teller = { model, choice: { variant: 'q8f32', backend: 'wasm' } } as unknown as Parameters<typeof headOf>[3];
  const own = { pages: 2, sampler: 'ddim', steps: 4, guidance: 1 };
  const many = { ...head, options: { ...head.options, sampler: 'dpm++2m', everyPage: true } } as ToldHead;
  expect(headOf(askedBefore(many, 3), 0, undefined, teller).options).toEqual({ ...own, everyPage: true });
  const asked = { prompt: 'a turtle', seed: 3, pages: 2 };
  expect(headOf({ ...asked, settings: {} }, 0, undefined, teller).options).toEqual(own);
  expect(headOf({ ...asked, settings: { steps: 4 } }, 0, undefined, teller).options).toEqual(own);
  for (const settings of [{ steps: 12 }, { sampler: 'dpm++2m' as const }, { guidance: 3 }]) {
    const [name, value] = Object.entries(settings)[0] as [string, unknown];
    expect(() => headOf({ ...asked, settings }, 0, undefined, teller)).toThrow(`the ${name} cannot be ${value}.`);
  }
});

test('vokens are not given to another model than thought them', () => {
  expect(() => sameModel(head, { id: 'tiny', revision: 'r1' })).not.toThrow();
  expect(() => sameModel(head, { id: 'tiny', revision: 'r2' })).toThrow('tiny r1, not tiny r2): tell it again first.');
});

test('what is asked for is checked, and what the options leave open the cover says', async () => {
  const cover = {
    prompt: ' a turtle',
    seed: '7',
    pages: 4,
    steps: 0,
    sampler: '',
    everyPage: false,
    picture: undefined,
  };
  expect(await askedFor({}, cover)).toEqual({ prompt: 'a turtle', seed: 7, pages: 4, settings: {} });
  const settings = { steps: 5, guidance: 1 };
  expect(await askedFor({ seed: 8, settings }, { ...cover, steps: 20, sampler: 'pndm' })).toMatchObject({
    seed: 8,
    settings: { steps: 5, guidance: 1, sampler: 'pndm' },
  });
  await expect(askedFor({ pages: 26 }, cover)).rejects.toThrow('1 to 25 pages, not 26');
  await expect(askedFor({ settings: { steps: 101 } }, cover)).rejects.toThrow('1 to 100 steps, not 101');
  await expect(askedFor({}, { ...cover, steps: -1 })).rejects.toThrow('not -1');
  await expect(askedFor({}, { ...cover, sampler: 'heun' })).rejects.toThrow('no sampler "heun"');
  const everyPage = { everyPage: true };
  expect((await askedFor({}, { ...cover, ...everyPage })).settings).toEqual(everyPage);
  expect((await askedFor({ settings: { everyPage: false } }, { ...cover, ...everyPage })).settings.everyPage).toBe(
    false,
  );
  expect(askedBefore(head, 3)).toEqual({
    before: true,
    prompt: 'a turtle',
    seed: 3,
    pages: 2,
    settings: { steps: 12, guidance: 3, sampler: 'ddim' },
  });
});

test('arrow keys with another key are left to the browser', () => {
  const closest = vi.fn(() => null);
  const press = (held: Partial<KeyboardEvent>) =>
    onTurnKey({ key: 'ArrowLeft', target: { closest } as unknown as EventTarget, ...held } as KeyboardEvent);
  for (const held of [{ altKey: true }, { ctrlKey: true }, { metaKey: true }, { shiftKey: true }]) press(held);
  expect(closest).not.toHaveBeenCalled();
  press({});
  expect(closest).toHaveBeenCalledOnce();
});

test('prompts', () => {
  expect(cleanPrompt('  a\n\ud800 turtle\u0007 ')).toBe('a turtle');
  expect(cleanPrompt('سلحفاة 🐢')).toBe('سلحفاة 🐢');
  for (const inkless of [' \n ', '\u200b', ' \u2060\u202e ', '\u200d\ufe0f', '\u3164', '\u2800']) {
    expect(() => cleanPrompt(inkless), JSON.stringify(inkless)).toThrow('Say in a few words');
  }
  // Joiners hold an astronaut together.
  expect(cleanPrompt('👩‍🚀')).toBe('👩‍🚀');
  expect(() => cleanPrompt('x'.repeat(100_001))).toThrow('101 kB');
  expect(titleOf('a turtle')).toBe('A turtle');
  expect(titleOf('word '.repeat(80)).length).toBeLessThanOrEqual(141);
});

test('seeds', () => {
  expect(parseSeed(' 42 ')).toBe(42);
  expect(parseSeed('', () => 9)).toBe(9);
  for (const typed of ['-1', '1.5', 'abc', '4294967296']) expect(() => parseSeed(typed)).toThrow(typed);
});

test('sentences are spoken when they are whole', () => {
  const { feed, flush } = createSentenceFeed('en');
  expect(feed('Once upon a ')).toEqual([]);
  expect(feed('time. A turtle')).toEqual(['Once upon a time.']);
  expect(flush()).toEqual(['A turtle']);
  expect(altOf('A turtle ran. It was late.')).toBe('Picture: A turtle ran. It was late.');
});

function png(width: number, height: number): Uint8Array {
  const header = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52];
  const number = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
  return Uint8Array.from([
    ...header,
    ...number(width),
    ...number(height),
    ...new Array(9).fill(0),
    0,
    0,
    0,
    0,
    0x49,
    0x45,
    0x4e,
    0x44,
    0,
    0,
    0,
    0,
  ]);
}

test('a picture is judged by its header', () => {
  expect(readPictureHeader(png(640, 480))).toEqual({ format: 'PNG', width: 640, height: 480 });
  expect(() => readPictureHeader(png(20_000, 20_000))).toThrow('400 megapixels');
  expect(() => readPictureHeader(png(640, 480).slice(0, 36))).toThrow('cut short');
  expect(() => readPictureHeader(new TextEncoder().encode('hello there'))).toThrow('not a picture');
  expect(() => readPictureHeader(png(0, 4))).toThrow('no pixels');
});

const bytes = { loadedBytes: 2e9, totalBytes: 6e9, fraction: 0.3 };
const comes = (change: object): Action => ({
  ...{ kind: 'progress', heardAt: 5 },
  progress: { phase: 'download', ...bytes, ...change },
});

test('what takes long to be fetched is shown on its own, until it is here, and does not flicker', () => {
  expect(after(load, comes({ secondsLeft: 1 })).fetching).toBeUndefined();
  const long = after(load, comes({ secondsLeft: 60 }));
  expect([long.fetching, long.status, long.progress?.heardAt]).toEqual([true, 'Fetching the storyteller', 5]);
  expect(reduce(long, comes({ secondsLeft: 1 })).fetching).toBe(true);
  expect(after(load, comes({ waiting: { on: 'network', why: '', seconds: 3 } })).fetching).toBe(true);
  expect(reduce(long, comes({ phase: 'start' })).fetching).toBeUndefined();
  expect(reduce(long, tell)).not.toHaveProperty('fetching');
});

test('a painter that arrives while words are told leaves the status to the story, and its progress goes with it', () => {
  const arrives: Action = { kind: 'arriving', part: 'pictures' };
  const telling = after(...begun, arrives, comes({ secondsLeft: 60 }));
  expect([telling.status, telling.fetching, telling.arriving]).toEqual(['Writing page 1', true, 'pictures']);
  // It goes on after a stop, and can still be given up.
  const stopped = after(...begun, text(1, 'Once'), arrives, comes({ secondsLeft: 60 }), ended());
  expect([stopped.phase, stopped.fetching]).toEqual(['told', true]);
  const here = reduce(stopped, { kind: 'arriving', part: undefined });
  expect([here.fetching, here.progress]).toEqual([undefined, undefined]);
});
