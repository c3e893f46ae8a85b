/** Runs in the page of converted.spec.ts: graphs of a converted model from the browser's own store, beside PyTorch. */
import { converted, heldFiles } from '../bench/full-size-page.ts';
import { createEngine, type Feeds } from '../src/models/engine.ts';
import { largestDifference, spoiled } from '../src/models/graph-cases.ts';
import type { Backend } from '../src/stages.ts';
import type { GraphName } from '../src/weights/manifest.ts';

export interface Compared {
  /** Of WebGPU's output and PyTorch's; 1: the same direction. */
  readonly cosine: number;
  /** Between WebGPU and wasm, in parts of the largest number. */
  readonly apart: number;
  readonly finite: boolean;
  /** What computed, in the device's own words. */
  readonly device: string;
}

interface Kept {
  readonly file: string;
  readonly dims: readonly number[];
}

const here = (path: string) => new URL(path, location.origin).href;
const floats = async ({ file }: Kept) => new Float32Array(await (await fetch(here(`/expected/${file}`))).arrayBuffer());

/** @param wrong with some of its weights deliberately wrong */
export async function compare(name: GraphName, variantId: string, wrong = false): Promise<Compared> {
  const of = await converted(variantId);
  const held = await heldFiles(of, [name]);
  const files = wrong ? await spoiled(name as 'mapper', of.variant, held) : held;
  const cases = await (await fetch(here('/expected/expected.json'))).json();
  const { inputs, output } = cases[name.replace('_f32', '')] as { inputs: Record<string, Kept>; output: Kept };
  const { N, kvHeads, S, headDim } = of.model.shape;

  async function outputOf(backend: Backend) {
    const engine = await createEngine(backend, here('/ort/'));
    const { Tensor } = engine.ort;
    const feeds: Feeds = {};
    for (const [key, kept] of Object.entries(inputs)) feeds[key] = new Tensor('float32', await floats(kept), kept.dims);
    if (name === 'decoder') {
      const rows = inputs['inputs_embeds']?.dims[1] as number;
      feeds['attention_mask'] = new Tensor('int64', new BigInt64Array(rows).fill(1n), [1, rows]);
      for (const kind of ['key', 'value'])
        for (let i = 0; i < N; i++) {
          const empty = new Float32Array(kvHeads * S * headDim);
          feeds[`past_key_values.${i}.${kind}`] = new Tensor('float32', empty, [1, kvHeads, S, headDim]);
        }
    }
    const graph = await engine.open(name, of.variant, files);
    const all = await graph.run(feeds);
    const got = await (all['hidden_states'] ?? Object.values(all)[0])?.getData();
    const device = engine.gpu?.probe.description ?? 'CPU';
    await engine.close();
    return { got: Float32Array.from(got as Float32Array), device };
  }

  const { got, device } = await outputOf('webgpu-jspi');
  const { got: onCpu } = await outputOf('wasm');
  const wanted = await floats(output);
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
  return {
    cosine: dot(got, wanted) / Math.sqrt(dot(got, got) * dot(wanted, wanted)),
    apart: largestDifference(got, onCpu) / onCpu.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
    finite: got.every(Number.isFinite),
    device,
  };
}
