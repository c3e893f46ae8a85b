/** Runs in the page of graphs.spec.ts: one graph of the shipped model against its golden. */
import { createEngine } from '../src/models/engine.ts';
import { largestDifference, outputOf, spoiled } from '../src/models/graph-cases.ts';
import type { Backend } from '../src/stages.ts';
import { loadFiles } from '../src/weights/files.ts';
import { type GraphName, parseManifest, type Variant } from '../src/weights/manifest.ts';
import { createStore } from '../src/weights/store.ts';

export interface Difference {
  readonly largest: number;
  /** What computed, in the device's own words. */
  readonly device: string;
}

const here = (path: string) => new URL(path, location.origin).href;

export async function difference(name: GraphName, backend: Backend, wrong = false): Promise<Difference> {
  const [model] = parseManifest(await (await fetch(here('/weights-manifest.json'))).json()).models;
  if (!model) throw new Error('The manifest names no model.');
  const variant = model.variants[0] as Variant;
  const { data } = variant.graphs[name];
  const needed = name === 'decoder' ? (['embed', 'decoder'] as const) : [name];
  const paths = needed.flatMap((graph) => [variant.graphs[graph].model, ...variant.graphs[graph].data]);
  const mirrors = model.mirrors.map((mirror) => here(`/${mirror}`));
  const sources = { mirrors, fetch: fetch.bind(globalThis), store: createStore(undefined) };
  const whole = await loadFiles(model, paths, sources, () => {});
  const files = wrong && data.length > 0 ? spoiled(name, variant, whole) : whole;
  const prompts = (await (await fetch(here('/golden/prompts.json'))).json()) as { ids: number[] }[];
  const golden = new Float32Array(await (await fetch(here(`/golden/${name}.f32`))).arrayBuffer());
  const engine = await createEngine(backend, here('/ort/'));
  const got = await outputOf(name, { engine, model, variant, files, ids: prompts[0]?.ids ?? [] });
  const device = engine.gpu?.probe.description ?? 'CPU';
  await engine.close();
  return { largest: largestDifference(got, golden), device };
}
