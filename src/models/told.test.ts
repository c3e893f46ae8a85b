import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Chapter, PageEnd, WriterEvent } from '../story/events.ts';
import type { ModelEntry } from '../weights/manifest.ts';
import { createEngine } from './engine.ts';
import { createPainter, type PicturePainter } from './painter.ts';
import { runtime, shipped } from './shipped.ts';
import type { Rgba } from './sight.ts';
import { createWriter, type StoryWriter, type WrittenPast } from './writer.ts';

/** The shipped model on wasm, without a browser. */
const { model, variant, files } = shipped();
let writer: StoryWriter;
let painter: PicturePainter;

beforeAll(async () => {
  writer = await createWriter(await createEngine('wasm', runtime), model, variant, files);
  painter = await createPainter(await createEngine('wasm', runtime), model, variant, files);
}, 120_000);
afterAll(() => Promise.all([writer?.close(), painter?.close()]));

async function tellTwoPages(): Promise<string[]> {
  await writer.open({ prompt: 'a turtle with a kite on the beach', seed: 7, pages: 2 });
  const texts: string[] = [];
  for (const page of [1, 2]) {
    let text = '';
    let image: Rgba | undefined;
    const seen: WriterEvent[] = [];
    await writer.write(page, (event) => seen.push(event));
    for (const event of seen) {
      if (event.kind === 'text') text += event.text;
      if (event.kind !== 'vokens') continue;
      expect(event.vokens.length).toBe(model.shape.K * model.shape.D);
      const settings = { steps: 2, guidance: 3, sampler: model.picture.sampler };
      image = await painter.paint({ vokens: event.vokens, seed: 7, page, settings }, { preview() {} });
      expect(image?.data.length).toBe(4 * model.shape.image[0] * model.shape.image[1]);
    }
    texts.push(text);
    if (page === 1) await writer.turn(image);
  }
  return texts;
}

test('the same prompt and seed tell the same story', async () => {
  const texts = await tellTwoPages();
  expect(texts.join('').length).toBeGreaterThan(40);
  expect(await tellTwoPages()).toEqual(texts);
}, 120_000);

test.each(['👩‍🚀🦓🍞', 'سلحفاة مع طائرة ورقية '])(
  'a prompt of any length is answered: %s',
  async (words) => {
    await writer.open({ prompt: words.repeat(300), seed: 1, pages: model.text.maxPages });
    const outcome = await writer.write(1, () => {});
    expect(outcome.end).not.toBe('context');
    expect(outcome.tokens).toBeGreaterThan(8);
  },
  120_000,
);

test('a story that fills the context cannot go on, and says so', async () => {
  const past = Array.from({ length: 7 }, () => ({ text: 'The turtle met a brave elephant. '.repeat(30) }));
  await expect(writer.open({ prompt: 'a turtle', seed: 1, pages: 8, past })).rejects.toMatchObject({
    name: 'InputError',
    code: 'bad-story',
    message: expect.stringContaining(`the model holds ${model.shape.S}. Go on from an earlier page.`),
  });
});

test('a stop between two tokens leaves everything usable', async () => {
  await writer.open({ prompt: 'an owl', seed: 1, pages: 3 });
  let tokens = 0;
  const outcome = await writer.write(1, (event) => {
    if (event.kind === 'token' && ++tokens === 3) writer.stop();
  });
  expect(outcome).toMatchObject({ end: 'stopped', tokens: 3 });
  expect((await tellTwoPages())[0]?.length).toBeGreaterThan(10);
}, 120_000);

test('a story goes on in another chapter, stops in it, and goes on with another prompt', async () => {
  const chapters = { alone: 3, pages: 3, goOn: ['next chapter'], room: 400 };
  const templates = { ...model.text.templates, chapters } as ModelEntry['text']['templates'];
  const taught = { ...model, text: { ...model.text, maxPages: 25, templates } };
  const teller = await createWriter(await createEngine('wasm', runtime), taught, variant, files);
  const past: WrittenPast[] = [];
  const opened: (readonly [page: number, Chapter])[] = [];
  const write = async (page: number, stopAt = Number.POSITIVE_INFINITY): Promise<PageEnd> => {
    let [text, tokens] = ['', 0];
    const { end } = await teller.write(page, (event) => {
      if (event.kind === 'chapter') {
        const { kind: _, ...chapter } = event;
        opened.push([page, chapter]);
      }
      if (event.kind === 'text') text += event.text;
      if (event.kind === 'token' && ++tokens === stopAt) teller.stop();
    });
    const chapter = opened.at(-1)?.[0] === page ? opened.at(-1)?.[1] : undefined;
    past.push({ text, ...(chapter ? { chapter } : {}) });
    return end;
  };
  await teller.open({ prompt: 'a turtle with a kite on the beach', seed: 7, pages: 9 });
  let page = 0;
  for (let end = 'page' as PageEnd; end !== 'chapter'; ) {
    end = await write(++page);
    expect(['page', 'length', 'chapter']).toContain(end);
    await teller.turn(undefined);
  }
  expect(page).toBeLessThanOrEqual(3);
  expect(await write(++page, 4)).toBe('stopped');
  await teller.open({ prompt: 'a turtle with a kite on the beach', seed: 7, pages: page + 3, past, goOn: 'now a key' });
  expect(['page', 'chapter', 'length', 'story']).toContain(await write(++page));
  expect(opened.map(([at]) => at)).toEqual([1, page - 1, page]);
  expect(opened.map(([, { pages, prompt }]) => [pages, prompt])).toEqual([
    [3, undefined],
    [3, undefined],
    [3, 'now a key'],
  ]);
  await teller.close();
}, 120_000);

test('a stop between two denoising steps leaves everything usable', async () => {
  const vokens = new Float32Array(model.shape.K * model.shape.D).fill(0.1);
  const job = { vokens, seed: 1, page: 1, settings: { steps: 4, guidance: 1, sampler: 'ddim' as const } };
  const steps: number[] = [];
  const stopped = await painter.paint(job, {
    preview(step) {
      steps.push(step);
      painter.stop();
    },
  });
  expect([stopped, steps]).toEqual([undefined, [1]]);
  expect((await painter.paint(job, { preview() {} }))?.width).toBe(model.shape.image[1]);
}, 120_000);
