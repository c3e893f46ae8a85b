import { expect, test, vi } from 'vitest';
import { readPictureHeader } from './picture-header.ts';
import { cleanPrompt, titleOf } from './prompt.ts';
import { curled } from './quotes.ts';
import { parseSeed } from './seed.ts';
import { altOf, createSentenceFeed } from './sentences.ts';
import { type Action, reduce, START, type State } from './state.ts';
import { onTurnKey } from './turning.ts';

const after = (...actions: Action[]): State => actions.reduce(reduce, START);
const load: Action = { kind: 'load', title: 'A turtle', seed: 7, limit: 2, kept: [] };
const text = (page: number, words: string): Action => ({ kind: 'event', event: { kind: 'text', page, text: words } });
const outcome = { end: 'page', tokens: 20, seconds: 2 } as const;
const begun: Action[] = [load, { kind: 'tell' }, { kind: 'event', event: { kind: 'page', page: 1 } }];
const vokens: Action = {
  kind: 'event',
  event: { kind: 'vokens', page: 1, vokens: new Float32Array(8), offset: 5 },
  alt: 'Picture: Once.',
};

test('a story passes through its three moments', () => {
  const telling = after(...begun, text(1, 'Once'), text(1, ' more.'), vokens);
  expect([telling.phase, telling.pages[0]?.text, telling.status]).toEqual(['telling', 'Once more.', 'Painting page 1']);
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

test('an error loses no page that was finished', () => {
  const error: Action = { kind: 'error', error: { name: 'DeviceError', code: 'lost', message: 'The GPU was lost.' } };
  const state = after(
    ...begun,
    text(1, 'Once.'),
    { kind: 'event', event: { kind: 'page-end', page: 1, outcome } },
    error,
  );
  expect([state.phase, state.pages.length, state.error?.code]).toEqual(['told', 1, 'lost']);
  expect(after(load, error).phase).toBe('idle');
  expect(reduce(state, { kind: 'dismiss' }).error).toBeUndefined();
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
