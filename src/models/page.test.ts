import { describe, expect, test } from 'vitest';
import type { WriterEvent } from '../story/events.ts';
import type { ModelEntry } from '../weights/manifest.ts';
import type { Context, Thought } from './context.ts';
import { type PageTask, writePage } from './page.ts';
import type { Sampler } from './sampler.ts';
import { golden, shipped } from './shipped.ts';
import { createWords } from './tokens.ts';

/** A tokenizer of LLaMA's kind, in which ### is two sequences, and neither of them a mark. */
const { llama } = golden<{ llama: unknown }>('scripts');
const { model: tiny } = shipped();
const shape = {
  ...tiny.shape,
  D: 2,
  K: 8,
  Q: 8,
  S: 200,
  vokenIds: [0, 1, 2, 3, 4, 5, 6, 7].map((k) => 1024 + k),
  imageTokenId: 1032,
};
const words = createWords(llama, { shape });
const [img0] = shape.vokenIds as [number];
const after = (text: string) => words.encode(`a${text}`).slice(1);
const [spaced, glued] = [after(' ###'), after('###')];
const sampling = { temperature: 1, topP: 0.9, topK: 50, repetitionPenalty: 2, maxNewTokens: 20, penalised: [0] };
const { gate, ...ungated } = tiny.text;
const model = { ...tiny, shape, text: { ...ungated, stop: [spaced, glued], end: [[2]], sampling } } as ModelEntry;

const plain: PageTask = { page: 1, seed: 1, given: '', reserve: 9, draws: false };

/** Writes a page of the tokens that are wished for, where they are eligible. */
async function write(wishes: readonly number[], task: Partial<PageTask> = {}, of = model) {
  let length = 10;
  const thought = { rows: 1, hidden: async (from: number, to: number) => new Float32Array(2 * (to - from)) } as Thought;
  const context = {
    get length() {
      return length;
    },
    async feed({ ids }) {
      length += ids.length;
      return { ...thought, rows: ids.length };
    },
  } as Context;
  const penalised: (readonly number[])[] = [];
  let at = 0;
  const sampler: Sampler = {
    async choose(_, eligible, known) {
      penalised.push(known);
      // Asked again for [IMG0] alone: what was wished for comes after it.
      const forced = eligible(img0) && !eligible(300);
      at += forced ? -1 : 1;
      const wish = forced ? img0 : (wishes[at - 1] ?? 300);
      const id = eligible(wish) ? wish : 300;
      return { id, probability: 1, likeliest: [] };
    },
    close() {},
  };
  const events: WriterEvent[] = [];
  const page = await writePage(
    { ...plain, ...task },
    thought,
    { context, words, sampler, model: of },
    () => false,
    (event) => events.push(event),
  );
  const pieces = events.flatMap((event) => (event.kind === 'text' ? [event.text] : []));
  return { page, events, pieces, penalised, length };
}

const dog = after(' dog ran');

test.each([
  ['one token', spaced],
  ['two tokens', glued],
])('a stop sequence of %s ends the page, and none of it is shown', async (_, stop) => {
  const { page, pieces } = await write([...dog, ...stop]);
  expect([page.end, page.text, pieces.join('')]).toEqual(['page', 'dog ran', 'dog ran']);
  expect(page.rest).toEqual([...dog, ...stop]);
});

test('what only began like a stop sequence is shown once that is known', async () => {
  const [half] = glued as [number];
  const { page, pieces } = await write([...dog, half, ...dog, ...spaced]);
  expect([page.end, page.text]).toEqual(['page', 'dog ran## dog ran']);
  expect(pieces.some((piece) => piece.endsWith('#'))).toBe(false);
});

test('the penalty knows what was generated on this page and what the manifest names, and nothing else', async () => {
  const { penalised } = await write([...dog, ...spaced]);
  expect(penalised).toEqual([...dog, 0].map((_, n) => [0, ...dog.slice(0, n)]));
});

test('only the first [IMG0] of a page is a picture; the other vokens are never eligible', async () => {
  const { page, events } = await write([...dog, img0, img0 + 1, img0, shape.imageTokenId, ...spaced]);
  expect(events.filter(({ kind }) => kind === 'vokens')).toHaveLength(1);
  expect([page.drawn, page.before]).toEqual([true, dog]);
  expect(page.rest.filter((id) => id >= img0)).toEqual([]);
  expect(events.find((event) => event.kind === 'vokens')).toMatchObject({ offset: 'dog ran'.length });
});

test('a page that begins with the reader’s words says so, and the picture stands after them', async () => {
  const { page, events } = await write([img0, ...dog, ...spaced], { given: 'A dog.' });
  expect(events[0]).toEqual({ kind: 'text', text: 'A dog.', given: true });
  expect(events.find((event) => event.kind === 'vokens')).toMatchObject({ offset: 'A dog.'.length });
  expect(page.text).toBe('A dog. dog ran');
});

test('where every page is to have a picture, one comes before the page can end', async () => {
  const { page } = await write([...dog, ...glued], { draws: true });
  expect([page.end, page.drawn, page.before, page.rest]).toEqual(['page', true, dog, glued]);
  expect((await write([...dog, 2], { draws: true })).page).toMatchObject({ end: 'story', drawn: true, before: dog });
  expect((await write([...dog, img0, ...glued], { draws: true })).page.rest).toEqual(glued);
});

test('and at the latest as the token that the manifest says, or in the middle of the page', async () => {
  const rambling = new Array<number>(30).fill(300);
  expect((await write(rambling, { draws: true })).page.before).toHaveLength(9);
  const early = { ...model, text: { ...model.text, sampling: { ...sampling, drawBy: 4 } } };
  expect((await write(rambling, { draws: true }, early)).page.before).toHaveLength(3);
  expect((await write(rambling)).page).toMatchObject({ end: 'length', drawn: false, tokens: 20 });
});

describe('what the gate keeps out', () => {
  /** A word of its list, in rot13 there and here. */
  const bad = [...'zheqre'].map((c) => String.fromCharCode(((c.charCodeAt(0) - 97 + 13) % 26) + 97)).join('');
  const gated = { ...model, text: { ...model.text, gate } } as ModelEntry;
  const said = [...dog, ...after(` ${bad}`)];

  test.each([
    ['in the middle of a page', [...said, ...dog], {}],
    ['before a stop sequence', [...said, ...glued], {}],
    ['before a picture', [...said, img0, ...glued], {}],
    ['where a page is as long as it may be', said, { sampling: { ...sampling, maxNewTokens: said.length } }],
  ])('is not shown and not remembered: %s', async (_, wishes, rules) => {
    const { page, pieces } = await write(wishes, {}, { ...gated, text: { ...gated.text, ...rules } });
    expect(page).toMatchObject({ end: 'length', text: 'dog ran', drawn: false, before: [], rest: dog });
    expect(pieces.join('')).toBe('dog ran');
  });

  test('after a picture, too, which stays', async () => {
    const { page } = await write([...dog, img0, ...said, ...dog], {}, gated);
    expect(page).toMatchObject({ end: 'length', text: 'dog ran dog ran', drawn: true, before: dog, rest: dog });
  });

  test('ends no story that did not end by itself, and lets one end that did', async () => {
    expect((await write([...said, 2], {}, gated)).page).toMatchObject({
      end: 'story',
      text: 'dog ran',
      rest: [...dog, 2],
    });
  });

  test('is told where the manifest has no gate', async () => {
    expect((await write([...said, ...glued])).page).toMatchObject({ end: 'page', text: `dog ran ${bad}` });
  });

  test('and a clean page is the same with it and without', async () => {
    const wishes = [...dog, img0, ...dog, ...glued];
    const [one, other] = [await write(wishes, {}, gated), await write(wishes)];
    expect([one.page, one.pieces.join('|')]).toEqual([other.page, 'dog| ran| dog| ran']);
  });
});

test('a page ends where what must follow it would no longer fit', async () => {
  const { page, length } = await write(new Array<number>(30).fill(300), { reserve: 185 });
  expect([page.end, page.tokens, length]).toEqual(['context', 6, 16]);
});
