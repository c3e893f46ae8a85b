import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WriterEvent } from '../story/events.ts';
import { createEngine } from './engine.ts';
import { createPainter, type PicturePainter } from './painter.ts';
import { runtime, shipped } from './shipped.ts';
import type { Rgba } from './sight.ts';
import { createWriter, type StoryWriter } from './writer.ts';

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
