import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { normals } from '../gpu/philox.ts';
import type { Files } from '../weights/files.ts';
import { chooseToken, type Sampling } from './choice.ts';
import { createContext } from './context.ts';
import { createEngine, type Engine } from './engine.ts';
import { GRAPHS, largestDifference, outputOf, spoiled } from './graph-cases.ts';
import { createScript } from './script.ts';
import { golden, runtime, shipped } from './shipped.ts';
import { type Rgba, visionInput } from './sight.ts';
import { createWords, neutral } from './tokens.ts';
import { createWriter } from './writer.ts';

/** golden/README.md says what each file holds. The whole runs on wasm here, and on WebGPU in e2e/graphs.spec.ts. */
const { model, variant, files } = shipped();
const { shape } = model;
const words = createWords(JSON.parse((await files.get(model.text.tokenizer)?.text()) as string), model);
const noise = (stream: number, count: number) => normals(1, stream, count);
const ids = golden<{ ids: number[] }[]>('prompts')[0]?.ids as number[];
const expected = (name: string) =>
  new Float32Array(readFileSync(new URL(`../../golden/${name}.f32`, import.meta.url)).buffer.slice(0));

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine('wasm', runtime);
}, 60_000);
afterAll(() => engine?.close());

const caseOf = (from: Files = files) => ({ engine, model, variant, files: from, ids });

test.each(GRAPHS)(
  '%s equals its golden',
  async (name) => {
    expect(largestDifference(await outputOf(name, caseOf()), expected(name))).toBeLessThan(1e-3);
  },
  120_000,
);

test('a deliberately wrong weight does not equal the golden', async () => {
  const got = await outputOf('mapper', caseOf(await spoiled('mapper', variant, files)));
  expect(largestDifference(got, expected('mapper'))).not.toBeLessThan(1e-3);
}, 120_000);

test('a context refuses what does not fit', async () => {
  const embed = await engine.open('embed', variant, files);
  const decoder = await engine.open('decoder', variant, files);
  const context = createContext(engine, embed, decoder, shape);
  const ids = new Array<number>(shape.S + 1).fill(5);
  await expect(context.feed({ ids, sights: [] })).rejects.toThrow(`holds ${shape.S}`);
  expect(() => context.rewind(1)).toThrow('Cannot rewind');
  await expect(context.feed({ ids: [shape.imageTokenId], sights: [] })).rejects.toThrow('image tokens');
}, 120_000);

describe('text', () => {
  const prompts = golden<{ typed: string; neutral: string; ids: number[] }[]>('prompts');
  test.each(prompts)('$typed', ({ typed, neutral: told, ids }) => {
    expect(neutral(typed)).toBe(told);
    expect(createScript(words, model, { prompt: typed, pages: 4, past: [] }).tokens().ids).toEqual(ids);
  });
});

interface ChoiceCase {
  stream: number;
  settings: Sampling;
  u: number[];
  chosen: number[];
}

test.each(golden<ChoiceCase[]>('choices'))('choices, stream $stream', ({ stream, settings, u, chosen }) => {
  const logits = noise(stream, 200).map((value) => Math.fround(value * 3));
  const got = u.map((each) => chooseToken(logits, settings, (id) => id !== 3 && id !== 4, [0, 7, 7, 150], each).id);
  expect(got).toEqual(chosen);
});

test('normals', () => {
  const { seed, stream, normals: wanted } = golden<{ seed: number; stream: number; normals: number[] }>('random');
  expect(largestDifference(normals(seed, stream, wanted.length), Float32Array.from(wanted))).toBeLessThan(1e-6);
});

interface ToldGolden {
  prompt: string;
  pages: number;
  seed: number;
  told: { tokens: number[]; text: string; offset: number | null; vokens: number[][] | null }[];
}

/** (2x, 2y, x + y) */
function gradient(size: number): Rgba {
  const data = new Uint8ClampedArray(4 * size * size);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) data.set([2 * x, 2 * y, x + y, 255], 4 * (y * size + x));
  return { data, width: size, height: size };
}

test('a story is told token for token as in Python, vokens included', async () => {
  const { prompt, pages, seed, told } = golden<ToldGolden>('told');
  const writer = await createWriter(await createEngine('wasm', runtime), model, variant, files);
  await writer.open({ prompt, seed, pages });
  for (const [index, page] of told.entries()) {
    const ids: number[] = [];
    let text = '';
    let offset: number | null = null;
    let vokens: Float32Array | undefined;
    await writer.write(index + 1, (event) => {
      if (event.kind === 'token') ids.push(event.choice.id);
      if (event.kind === 'text') text += event.text;
      if (event.kind === 'vokens') [offset, vokens] = [event.offset, event.vokens];
    });
    expect(ids).toEqual(page.tokens);
    expect(text.trim()).toBe(page.text);
    expect(offset).toBe(page.offset);
    page.vokens?.forEach((row, k) => {
      const got = vokens?.slice(k * shape.D, k * shape.D + 8) as Float32Array;
      expect(largestDifference(got, Float32Array.from(row))).toBeLessThan(1e-3);
    });
    if (index + 1 < told.length) await writer.turn(vokens ? gradient(shape.image[0]) : undefined);
  }
  await writer.close();
}, 120_000);

test('a picture is resized as a mean of what it covers', () => {
  const even = visionInput({ data: new Uint8ClampedArray(4 * 90 * 70).fill(128), width: 90, height: 70 }, shape);
  for (let c = 0; c < 3; c++) {
    const value = (128 / 255 - (shape.visionMean[c] as number)) / (shape.visionStd[c] as number);
    expect(even[c * shape.visionSize ** 2 + 77]).toBeCloseTo(value, 5);
  }
});
