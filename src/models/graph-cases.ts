/** What every golden of a graph (golden/README.md) is made of: the same inputs for any backend. For tests. */
import type { Tensor } from 'onnxruntime-web';
import { normals } from '../gpu/philox.ts';
import { bytesOf, type Files } from '../weights/files.ts';
import { graphOf, type ModelEntry, type Variant } from '../weights/manifest.ts';
import { createContext } from './context.ts';
import type { Engine, Feeds } from './engine.ts';

export const GRAPHS = ['vision', 'mapper', 'unet', 'vae_decoder', 'embed', 'decoder'] as const;
export type GraphName = (typeof GRAPHS)[number];

export interface GraphCase {
  readonly engine: Engine;
  readonly model: ModelEntry;
  readonly variant: Variant;
  readonly files: Files;
  /** Ids of the first golden prompt: what `embed` takes. */
  readonly ids: readonly number[];
}

const noise = (stream: number, count: number) => normals(1, stream, count);

/** All numbers of the golden of that name, as this engine makes them. */
export async function outputOf(name: GraphName, of: GraphCase): Promise<Float32Array> {
  if (name === 'decoder') return decoderOutput(of);
  const graph = await of.engine.open(name, of.variant, of.files);
  const out = Object.values(await graph.run(inputsOf(name, of)))[0] as Tensor;
  return Float32Array.from((await out.getData()) as Float32Array);
}

function inputsOf(name: Exclude<GraphName, 'decoder'>, { engine, model, ids }: GraphCase): Feeds {
  const { Tensor: OrtTensor } = engine.ort;
  const { K, D, L, C, visionSize: s, latent } = model.shape;
  const [c, h, w] = latent;
  const float = (data: Float32Array, dims: number[]) => new OrtTensor('float32', data, dims);
  switch (name) {
    case 'vision':
      return { pixel_values: float(noise(1, 3 * s * s), [1, 3, s, s]) };
    case 'mapper':
      return { voken_states: float(noise(2, K * D), [1, K, D]) };
    case 'unet':
      return {
        sample: float(noise(3, 2 * c * h * w), [2, c, h, w]),
        timestep: float(Float32Array.of(500), [1]),
        encoder_hidden_states: float(noise(4, 2 * L * C), [2, L, C]),
      };
    case 'vae_decoder':
      return { latents: float(noise(5, c * h * w), [1, c, h, w]) };
    case 'embed':
      return { input_ids: new OrtTensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]) };
  }
}

const PASSES = [
  { length: 0, rows: 12, stream: 6 },
  { length: 12, rows: 1, stream: 7 },
  { length: 13, rows: 8, stream: 8 },
  { length: 10, rows: 3, stream: 9 },
];

/** Hidden states, then logits, pass by pass; the fourth pass stands after a rewind. */
async function decoderOutput({ engine, model, variant, files }: GraphCase): Promise<Float32Array> {
  const embed = await engine.open('embed', variant, files);
  const decoder = await engine.open('decoder', variant, files, ['logits', 'hidden_states']);
  const { D, imageTokenId } = model.shape;
  // The embeddings are given: <ImageHere> stands for each of them, and the noise is its sight.
  const context = createContext(engine, embed, decoder, { ...model.shape, Q: 1 });
  const got: number[] = [];
  for (const { length, rows, stream } of PASSES) {
    context.rewind(length);
    const data = noise(stream, rows * D).map((value) => Math.fround(value * Math.fround(0.05)));
    const sights = Array.from({ length: rows }, (_, i) => ({ data: data.subarray(i * D, (i + 1) * D) }));
    const thought = await context.feed({ ids: new Array<number>(rows).fill(imageTokenId), sights });
    got.push(...(await thought.hidden(0, rows)), ...(await thought.logits()));
  }
  context.close();
  return Float32Array.from(got);
}

/** The same files with one graph's weights deliberately wrong. */
export async function spoiled(name: GraphName, variant: Variant, files: Files): Promise<Files> {
  const path = graphOf(variant, name).data[0] as string;
  const wrong = await bytesOf(files, path);
  for (let at = 1; at < wrong.length; at += 97) (wrong[at] as number) ^= 0x40;
  return new Map([...files, [path, new Blob([wrong])]]);
}

/** The largest difference; not a number where either holds one that is none. */
export function largestDifference(got: Float32Array, wanted: Float32Array): number {
  if (got.length !== wanted.length) throw new Error(`${got.length} numbers, and the golden has ${wanted.length}.`);
  return got.reduce((most, value, i) => Math.max(most, Math.abs(value - (wanted[i] as number))), 0);
}
