/** Runs in the page of graphs.spec.ts: one graph of the shipped model, or a whole picture, against its golden. */
import { createEngine } from '../src/models/engine.ts';
import { type GraphName, largestDifference, outputOf, spoiled } from '../src/models/graph-cases.ts';
import { meanDistance, type Painted, paintGolden } from '../src/models/painted-case.ts';
import { createPainter, PAINTER_GRAPHS } from '../src/models/painter.ts';
import type { Backend } from '../src/stages.ts';
import type { Files } from '../src/weights/files.ts';
import { graphOf, type ModelEntry, parseManifest, type Variant } from '../src/weights/manifest.ts';

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

async function filesOf(
  model: ModelEntry,
  variant: Variant,
  graphs: readonly (keyof Variant['graphs'])[],
): Promise<Files> {
  const paths = graphs.flatMap((name) => variant.graphs[name] ?? []).flatMap((graph) => [graph.model, ...graph.data]);
  const blob = async (path: string) => (await fetch(here(`/${model.mirrors[0]}${path}`))).blob();
  const all = [...paths, model.picture.nullConditioning];
  return new Map(await Promise.all(all.map(async (path) => [path, await blob(path)] as const)));
}

export async function difference(name: GraphName, backend: Backend, wrong = false): Promise<Difference> {
  const { model, variant } = await shippedModel();
  const { data } = graphOf(variant, name);
  const whole = await filesOf(model, variant, name === 'decoder' ? ['embed', 'decoder'] : [name]);
  const files = wrong && data.length > 0 ? await spoiled(name, variant, whole) : whole;
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
  /** What a reader sees of it, previews and the picture, and 16 bytes that say whether the picture is finite. */
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
  const shownBytes = 4 * (painted.steps - 1) * h * w + pixels.data.length + 16;
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
