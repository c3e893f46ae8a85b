/** What both workers do first: an engine and the verified files of their half. */
import { createEngine, type Engine } from '../models/engine.ts';
import type { Files } from '../weights/files.ts';
import { loadFiles } from '../weights/files.ts';
import type { GraphName, Variant } from '../weights/manifest.ts';
import { browserCaches, createStore } from '../weights/store.ts';
import type { LoadedEngine, LoadProgress, LoadRequest } from './protocol.ts';

export interface Half {
  readonly engine: Engine;
  readonly variant: Variant;
  readonly files: Files;
  readonly loaded: LoadedEngine;
}

export async function loadHalf(
  request: LoadRequest,
  graphs: readonly GraphName[],
  others: readonly string[],
  onProgress: (progress: LoadProgress) => void,
): Promise<Half> {
  const { model, backend } = request;
  const variant = model.variants.find((each) => each.id === request.variant);
  if (!variant) throw new Error(`Model "${model.id}" has no variant "${request.variant}".`);
  const paths = [...others, ...graphs.flatMap((name) => [variant.graphs[name].model, ...variant.graphs[name].data])];
  const sources = { mirrors: request.mirrors, fetch: fetch.bind(globalThis), store: createStore(browserCaches()) };
  let totalBytes = 0;
  const files = await loadFiles(model, paths, sources, (progress) => {
    totalBytes = progress.totalBytes;
    onProgress(progress);
  });
  onProgress({ phase: 'start', loadedBytes: totalBytes, totalBytes });
  const engine = await createEngine(backend, request.runtime);
  const device = engine.gpu?.probe.description ?? 'CPU';
  return { engine, variant, files, loaded: { backend, device, shape: model.shape } };
}
