/** What every worker does first: an engine and the verified files of its part. */
import { createEngine, type Engine } from '../models/engine.ts';
import { browserClock, openBrowserStore, watchPolicy } from '../weights/browser-store.ts';
import { keptBytes } from '../weights/expand.ts';
import { type Files, fileOf, loadFiles, pathsOf, type Supply } from '../weights/files.ts';
import { createHeldModels } from '../weights/held-models.ts';
import { type GraphName, graphOf, type ModelEntry, type Variant } from '../weights/manifest.ts';
import { createMemoryStore } from '../weights/memory-store.ts';
import { createPause } from '../weights/pause.ts';
import { folder, mirror } from '../weights/sources.ts';
import type { Store } from '../weights/store.ts';
import type { LoadedEngine, LoadProgress, LoadRequest } from './protocol.ts';

export interface Half {
  readonly engine: Engine;
  readonly variant: Variant;
  readonly files: Files;
  readonly loaded: LoadedEngine;
}

/** A part of this size is told from memory where the disk has no room; of a larger one the reader is asked. */
const SPARE_BYTES = 256e6;

const isBlocked = watchPolicy();
const pause = createPause();
/** Of this worker's files. */
export const pauseFetching = (paused: boolean): void => pause.set(paused);

export async function loadHalf(
  request: LoadRequest,
  graphs: readonly GraphName[],
  others: readonly string[],
  onProgress: (progress: LoadProgress) => void,
): Promise<Half> {
  const { model, backend, mirrors } = request;
  const variant = model.variants.find((each) => each.id === request.variant);
  if (!variant) throw new Error(`Model "${model.id}" has no variant "${request.variant}".`);
  const paths = [
    ...others,
    ...graphs.flatMap((name) => variant.graphs[name] ?? []).flatMap((graph) => [graph.model, ...graph.data]),
  ];
  const { store, locks, kept } = await openBrowserStore();
  const held = kept && !request.inMemory ? createHeldModels(kept.disk, kept.journal, locks, Date.now) : undefined;
  const bytes = model.files.filter(({ path }) => paths.includes(path)).reduce((sum, file) => sum + keptBytes(file), 0);
  const supply: Supply = {
    sources: [
      ...(request.given ? [folder(request.given)] : []),
      ...mirrors.map((url) => mirror(url, fetch.bind(globalThis), isBlocked)),
    ],
    store: request.inMemory ? createMemoryStore() : store,
    pause,
    ...(bytes <= SPARE_BYTES ? { spare: createMemoryStore() } : {}),
    locks,
    clock: browserClock,
  };
  const note = (work: Promise<void> | undefined) => work?.catch(() => {});
  await note(held?.want(model, mirrors, pathsOf(model, variant)));
  let totalBytes = 0;
  // Released by the end of this worker: until then nobody may remove what it would need again.
  const { files } = await loadFiles(model, paths, supply, (progress) => {
    totalBytes = progress.totalBytes;
    onProgress(progress);
  });
  onProgress({ phase: 'start', loadedBytes: totalBytes, totalBytes });
  const engine = await createEngine(backend, request.runtime);
  const device = engine.gpu?.probe.description ?? 'CPU';
  await note(held?.worked(model, others));
  return {
    engine: {
      ...engine,
      async open(name, of, from, onGpu) {
        const graph = await engine.open(name, of, from, onGpu);
        const { model: path, data } = graphOf(of, name);
        await note(held?.worked(model, [path, ...data]));
        return graph;
      },
    },
    ...{ variant, files },
    loaded: {
      backend,
      device,
      shape: model.shape,
      ...(held ? {} : { inMemory: await asFetched(model, files, supply.store) }),
    },
  };
}

/** Whoever is given these expands again what has to be, and fetches nothing. */
async function asFetched(model: ModelEntry, files: Files, store: Store): Promise<Files> {
  const each = [...files].map(async ([path, blob]): Promise<[string, Blob]> => {
    const file = fileOf(model, path);
    return [path, (file.expand && (await store.read(file))) || blob];
  });
  return new Map(await Promise.all(each));
}
