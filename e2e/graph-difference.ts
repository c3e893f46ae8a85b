/** Runs in the page of graphs.spec.ts: one graph of the shipped model, or a whole picture, against its golden. */
import { createEngine } from '../src/models/engine.ts';
import { largestDifference, outputOf, spoiled } from '../src/models/graph-cases.ts';
import { meanDistance, type Painted, paintGolden } from '../src/models/painted-case.ts';
import { createPainter, PAINTER_GRAPHS } from '../src/models/painter.ts';
import type { Backend } from '../src/stages.ts';
import { type Files, loadFiles } from '../src/weights/files.ts';
import { type GraphName, type ModelEntry, parseManifest, type Variant } from '../src/weights/manifest.ts';
import { createStore } from '../src/weights/store.ts';

export interface Difference {
  readonly largest: number;
  /** What computed, in the device's own words. */
  readonly device: string;
}

const here = (path: string) => new URL(path, location.origin).href;

async function shippedModel(): Promise<{ model: ModelEntry; variant: Variant }> {
  const [model] = parseManifest(await (await fetch(here('/weights-manifest.json'))).json()).models;
  if (!model) throw new Error('The manifest names no model.');
  return { model, variant: model.variants[0] as Variant };
}

function filesOf(model: ModelEntry, variant: Variant, graphs: readonly GraphName[]): Promise<Files> {
  const paths = graphs.flatMap((graph) => [variant.graphs[graph].model, ...variant.graphs[graph].data]);
  const mirrors = model.mirrors.map((mirror) => here(`/${mirror}`));
  const sources = { mirrors, fetch: fetch.bind(globalThis), store: createStore(undefined) };
  return loadFiles(model, [...paths, model.picture.nullConditioning], sources, () => {});
}

export async function difference(name: GraphName, backend: Backend, wrong = false): Promise<Difference> {
  const { model, variant } = await shippedModel();
  const { data } = variant.graphs[name];
  const whole = await filesOf(model, variant, name === 'decoder' ? ['embed', 'decoder'] : [name]);
  const files = wrong && data.length > 0 ? spoiled(name, variant, whole) : whole;
  const prompts = (await (await fetch(here('/golden/prompts.json'))).json()) as { ids: number[] }[];
  const golden = new Float32Array(await (await fetch(here(`/golden/${name}.f32`))).arrayBuffer());
  const engine = await createEngine(backend, here('/ort/'));
  const got = await outputOf(name, { engine, model, variant, files, ids: prompts[0]?.ids ?? [] });
  const device = engine.gpu?.probe.description ?? 'CPU';
  await engine.close();
  return { largest: largestDifference(got, golden), device };
}

export interface PaintedDistance {
  /** Of 255, a byte, on average. */
  readonly distance: number;
  /** Read back from the GPU while it was painted. */
  readonly readBytes: number;
  /** What a reader sees of it: previews and the picture. */
  readonly shownBytes: number;
}

export async function paintedDistance(backend: Backend): Promise<PaintedDistance> {
  const { model, variant } = await shippedModel();
  const files = await filesOf(model, variant, PAINTER_GRAPHS);
  const painted = (await (await fetch(here('/golden/painted.json'))).json()) as Painted;
  const wanted = new Uint8Array(await (await fetch(here('/golden/painted.rgb'))).arrayBuffer());
  const engine = await createEngine(backend, here('/ort/'));
  const painter = await createPainter(engine, model, variant, files);
  const read = countReads();
  const pixels = await paintGolden(painter, model, painted);
  const readBytes = read();
  await painter.close();
  const [, h, w] = model.shape.latent;
  const shownBytes = 4 * (painted.steps - 1) * h * w + pixels.data.length;
  return { distance: meanDistance(pixels, wanted), readBytes, shownBytes };
}

/** Whatever is read back goes through a map, ours and ONNX Runtime's. Gives the bytes so far. */
function countReads(): () => number {
  let bytes = 0;
  const map = GPUBuffer.prototype.mapAsync;
  GPUBuffer.prototype.mapAsync = function (this: GPUBuffer, mode, offset, size) {
    if (mode & GPUMapMode.READ) bytes += size ?? this.size;
    return map.call(this, mode, offset, size);
  };
  return () => bytes;
}
