/** Runs in the page of full-size.mjs: a converted model is fetched and kept, and its graphs are run once from the disk. */
import { createContext } from '../src/models/context.ts';
import { createEngine, type Engine } from '../src/models/engine.ts';
import { outputOf } from '../src/models/graph-cases.ts';
import { openWeights } from '../src/page/own-weights.ts';
import { browserClock, openBrowserStore } from '../src/weights/browser-store.ts';
import { type Files, loadFiles, pathsOf } from '../src/weights/files.ts';
import { type GraphName, graphOf, type ModelEntry, parseManifest, type Variant } from '../src/weights/manifest.ts';

export interface Converted {
  readonly model: ModelEntry;
  readonly variant: Variant;
}

export interface Fetched {
  readonly bytes: number;
  readonly graphs: readonly GraphName[];
}

export interface Ran {
  readonly weightBytes: number;
  /** What computed, in the device's own words. */
  readonly device: string;
  readonly createSeconds: number;
  /** Absent where it was only created. */
  readonly runSeconds?: number;
  readonly numbers?: number;
  readonly notFinite?: number;
}

/** A GPU made of software takes its time. */
const RUN_LIMIT_MS = 3_600_000;

const here = (path: string) => new URL(path, location.origin).href;

export async function converted(variantId: string): Promise<Converted> {
  const [model] = parseManifest(await (await fetch(here('/weights-manifest.json'))).json()).models;
  const variant = model?.variants.find(({ id }) => id === variantId);
  if (!model || !variant) throw new Error(`The folder has no variant "${variantId}".`);
  return { model, variant };
}

/** Into the store, as a reader's click does. */
export async function fetchAll(variantId: string): Promise<Fetched> {
  const { model, variant } = await converted(variantId);
  const weights = openWeights(here('/'));
  try {
    const files = pathsOf(model, variant);
    const only = { ...model, variants: [variant], files: model.files.filter(({ path }) => files.includes(path)) };
    await weights.fetch({ model: only, mirrors: model.mirrors.map(here) }, () => {});
    const bytes = only.files.reduce((sum, file) => sum + file.bytes, 0);
    return { bytes, graphs: Object.keys(variant.graphs) as GraphName[] };
  } finally {
    weights.end();
  }
}

/** From the store alone: there is no source to fetch from. */
export async function heldFiles({ model, variant }: Converted, graphs: readonly GraphName[]): Promise<Files> {
  const { store, locks, kept } = await openBrowserStore();
  if (!kept) throw new Error('This browser keeps nothing on the disk.');
  const paths = graphs.map((name) => graphOf(variant, name)).flatMap(({ model, data }) => [model, ...data]);
  return (await loadFiles(model, paths, { sources: [], store, locks, clock: browserClock }, () => {})).files;
}

/** @param run whether it is run once, too: the decoder for one token, the others on noise */
export async function runGraph(name: GraphName, variantId: string, run: boolean): Promise<Ran> {
  const of = await converted(variantId);
  const files = await heldFiles(of, name === 'decoder' ? ['embed', 'decoder'] : [name]);
  const weightBytes = graphOf(of.variant, name).data.reduce((sum, path) => sum + (files.get(path)?.size ?? 0), 0);
  const engine = await createEngine('webgpu-jspi', here('/ort/'), RUN_LIMIT_MS);
  let created = performance.now();
  const timed: Engine = {
    ...engine,
    open: async (...asked) => {
      const graph = await engine.open(...asked);
      created = performance.now();
      return graph;
    },
  };
  const started = performance.now();
  try {
    const got = run
      ? await outputs(name, timed, of, files)
      : await timed.open(name, of.variant, files).then(() => null);
    const ended = performance.now();
    return {
      ...{ weightBytes, device: engine.gpu?.probe.description ?? 'CPU', createSeconds: (created - started) / 1000 },
      ...(got && {
        ...{ runSeconds: (ended - created) / 1000, numbers: got.length },
        notFinite: got.reduce((count, value) => count + (Number.isFinite(value) ? 0 : 1), 0),
      }),
    };
  } finally {
    await engine.close();
  }
}

async function outputs(
  name: GraphName,
  engine: Engine,
  { model, variant }: Converted,
  files: Files,
): Promise<Float32Array> {
  if (name !== 'decoder') {
    // What stands beside the decoder of pictures takes what that one takes.
    const like = name === 'vae_decoder_f32' || name === 'preview' ? 'vae_decoder' : name;
    const graphs = { ...variant.graphs, [like]: graphOf(variant, name) };
    return outputOf(like, { engine, model, variant: { ...variant, graphs }, files, ids: [1, 2, 3] });
  }
  const embed = await engine.open('embed', variant, files);
  const decoder = await engine.open('decoder', variant, files, ['logits', 'hidden_states']);
  const context = createContext(engine, embed, decoder, model.shape, variant.cache);
  const thought = await context.feed({ ids: [model.text.bos], sights: [] });
  const got = Float32Array.of(...(await thought.hidden(0, 1)), ...(await thought.logits()));
  context.close();
  return got;
}
