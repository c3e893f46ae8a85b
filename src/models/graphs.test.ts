import { readFileSync } from 'node:fs';
import type { Tensor } from 'onnxruntime-web';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { normals } from '../gpu/philox.ts';
import type { GraphName } from '../weights/manifest.ts';
import { chooseToken, type Sampling } from './choice.ts';
import { createContext } from './context.ts';
import { createEngine, type Engine } from './engine.ts';
import { golden, runtime, shipped } from './shipped.ts';
import { type Rgba, visionInput } from './sight.ts';
import { createLayout, neutral } from './tokens.ts';
import { createWriter } from './writer.ts';

/** golden/README.md says what each file holds. The whole runs on wasm here, and on WebGPU in e2e/graphs.spec.ts. */
const { model, variant, files } = shipped();
const { shape } = model;
const layout = createLayout(JSON.parse(new TextDecoder().decode(files.get(model.text.tokenizer))), model);
const noise = (stream: number, count: number) => normals(1, stream, count);
const expected = (name: string) =>
  new Float32Array(readFileSync(new URL(`../../golden/${name}.f32`, import.meta.url)).buffer.slice(0));

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine('wasm', runtime);
}, 60_000);
afterAll(() => engine?.close());

function largest(got: Float32Array, wanted: Float32Array): number {
  expect(got.length).toBe(wanted.length);
  return got.reduce((most, value, i) => Math.max(most, Math.abs(value - (wanted[i] as number))), 0);
}

function inputsOf(name: GraphName): Record<string, Tensor> {
  const [c, h, w] = shape.latent;
  const float = (data: Float32Array, dims: number[]) => new engine.ort.Tensor('float32', data, dims);
  const ids = golden<{ ids: number[] }[]>('prompts')[0]?.ids as number[];
  const s = shape.visionSize;
  const inputs: Partial<Record<GraphName, () => Record<string, Tensor>>> = {
    vision: () => ({ pixel_values: float(noise(1, 3 * s * s), [1, 3, s, s]) }),
    mapper: () => ({ voken_states: float(noise(2, shape.K * shape.D), [1, shape.K, shape.D]) }),
    unet: () => ({
      sample: float(noise(3, 2 * c * h * w), [2, c, h, w]),
      timestep: float(Float32Array.of(500), [1]),
      encoder_hidden_states: float(noise(4, 2 * shape.L * shape.C), [2, shape.L, shape.C]),
    }),
    vae_decoder: () => ({ latents: float(noise(5, c * h * w), [1, c, h, w]) }),
    embed: () => ({ input_ids: new engine.ort.Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]) }),
  };
  return (inputs[name] as () => Record<string, Tensor>)();
}

const plain: GraphName[] = ['vision', 'mapper', 'unet', 'vae_decoder', 'embed'];

test.each(plain)(
  '%s equals its golden',
  async (name) => {
    const graph = await engine.open(name, variant, files);
    const out = Object.values(await graph.run(inputsOf(name)))[0] as Tensor;
    expect(largest(out.data as Float32Array, expected(name))).toBeLessThan(1e-3);
  },
  120_000,
);

test('a deliberately wrong weight does not equal the golden', async () => {
  const path = variant.graphs.mapper.data[0] as string;
  const wrong = new Uint8Array(files.get(path) as Uint8Array);
  for (let at = 1; at < wrong.length; at += 97) (wrong[at] as number) ^= 0x40;
  const graph = await engine.open('mapper', variant, new Map([...files, [path, wrong]]));
  const out = Object.values(await graph.run(inputsOf('mapper')))[0] as Tensor;
  expect(largest(out.data as Float32Array, expected('mapper'))).not.toBeLessThan(1e-3);
}, 120_000);

test('the decoder equals its golden through passes and a rewind', async () => {
  const embed = await engine.open('embed', variant, files);
  const decoder = await engine.open('decoder', variant, files);
  const passes = [
    { length: 0, rows: 12, stream: 6 },
    { length: 12, rows: 1, stream: 7 },
    { length: 13, rows: 8, stream: 8 },
    { length: 10, rows: 3, stream: 9 },
  ];
  // The embeddings are given: <ImageHere> stands for each of them, and the noise is its sight.
  const given = { ...shape, Q: 1 };
  const context = createContext(engine, embed, decoder, given);
  const got: number[] = [];
  for (const { length, rows, stream } of passes) {
    context.rewind(length);
    const data = noise(stream, rows * shape.D).map((value) => Math.fround(value * Math.fround(0.05)));
    const sights = Array.from({ length: rows }, (_, i) => ({ data: data.subarray(i * shape.D, (i + 1) * shape.D) }));
    const thought = await context.feed({ ids: new Array<number>(rows).fill(shape.imageTokenId), sights });
    got.push(...(await thought.hidden(0, rows)), ...(await thought.logits()));
  }
  context.close();
  expect(largest(Float32Array.from(got), expected('decoder'))).toBeLessThan(1e-3);
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
    expect(layout.open(typed, 4, false)).toEqual(ids);
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
  expect(largest(normals(seed, stream, wanted.length), Float32Array.from(wanted))).toBeLessThan(1e-6);
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
      expect(largest(got, Float32Array.from(row))).toBeLessThan(1e-3);
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
