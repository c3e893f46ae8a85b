/** The engine as the page sees it: manifest, choice of backend, two workers, loading as one number, stories. */
import { ManifestError, StoppedError } from '../errors.ts';
import { type BackendChoice, chooseBackend } from '../models/backend.ts';
import type { Backend } from '../stages.ts';
import type { StoryEvent, StoryRequest } from '../story/events.ts';
import { tell } from '../story/tell.ts';
import { findModel, type ModelEntry, parseManifest } from '../weights/manifest.ts';
import type { LoadProgress, Painter, Writer } from '../workers/protocol.ts';
import { type Spawned, spawnPainter, spawnWriter } from '../workers/spawn.ts';

export interface TellerOptions {
  /** Absolute URL with a slash at its end: where manifest, weights, workers and wasm lie. */
  readonly base: string;
  /** Id of the model; the first of the manifest when empty. */
  readonly model: string;
  /** Id of a variant, or 'auto'. */
  readonly variant: string;
  readonly backend: 'auto' | 'webgpu' | 'wasm';
}

export interface Progress {
  readonly phase: LoadProgress['phase'];
  readonly loadedBytes: number;
  readonly totalBytes: number;
  /** 0…1, never falls. */
  readonly fraction: number;
}

export interface Teller {
  readonly model: ModelEntry;
  readonly choice: BackendChoice;
  /** In the device's own words. */
  readonly device: string;
  tell(request: StoryRequest, signal: AbortSignal): AsyncGenerator<StoryEvent, void>;
  readonly painter: Painter;
  /** Ends both workers and gives their memory back. */
  end(): void;
}

export async function loadModel(base: string, id: string): Promise<ModelEntry> {
  const url = new URL('weights-manifest.json', base).href;
  let answer: Response;
  try {
    answer = await fetch(url);
  } catch {
    throw new ManifestError('unreachable', 'The list of models cannot be reached. Check the connection and try again.');
  }
  if (!answer.ok)
    throw new ManifestError('unreachable', `The list of models answered ${answer.status} (${url}). Try again later.`);
  const json = await answer.json().catch(() => {
    throw new ManifestError('malformed', `The list of models is not JSON (${url}). Reload the page.`);
  });
  const manifest = parseManifest(json);
  return id ? findModel(manifest, id) : (manifest.models[0] as ModelEntry);
}

export type OnProgress = (progress: Progress) => void;

/** Rejects with StoppedError once `signal` aborts; files that had arrived by then are kept. */
export async function createTeller(
  options: TellerOptions,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<Teller> {
  return tellerOf(await loadModel(options.base, options.model), options, onProgress, signal);
}

export async function tellerOf(
  model: ModelEntry,
  options: TellerOptions,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<Teller> {
  const variants =
    options.variant === 'auto' ? model.variants : model.variants.filter(({ id }) => id === options.variant);
  if (variants.length === 0) {
    throw new ManifestError('unknown-model', `Model "${model.id}" has no variant "${options.variant}".`);
  }
  const choice = await chooseBackend(options.backend, variants, navigator.gpu);
  const rising = neverFalling(onProgress);
  try {
    return await start(options, model, choice, rising, signal);
  } catch (error) {
    if (signal.aborted) throw new StoppedError();
    // A GPU that was there and then could not do it: the CPU can.
    const failed = error instanceof Error && error.name === 'DeviceError' && choice.backend !== 'wasm';
    if (!failed || options.backend !== 'auto') throw error;
    const again = await chooseBackend('wasm', variants, undefined);
    return start(
      options,
      model,
      { ...again, reason: `The GPU could not start (${error.message}), so the CPU tells.` },
      rising,
      signal,
    );
  }
}

async function start(
  options: TellerOptions,
  model: ModelEntry,
  choice: BackendChoice,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<Teller> {
  if (signal.aborted) throw new StoppedError();
  const worker = (name: string) =>
    import.meta.env.DEV
      ? new URL(`/src/workers/${name}.worker.ts`, location.href).href
      : new URL(`workers/${name}.js`, options.base).href;
  const request = {
    model,
    variant: choice.variant,
    backend: choice.backend as Backend,
    mirrors: model.mirrors.map((mirror) => new URL(mirror, options.base).href),
    runtime: new URL('ort/', options.base).href,
  };
  const writer: Spawned<Writer> = spawnWriter(worker('writer'));
  const painter: Spawned<Painter> = spawnPainter(worker('painter'));
  const end = () => {
    writer.end();
    painter.end();
  };
  const sum = sumProgress(onProgress);
  signal.addEventListener('abort', end);
  try {
    const [engine] = await Promise.all([writer.remote.load(request, sum(0)), painter.remote.load(request, sum(1))]);
    return {
      model,
      choice,
      device: engine.device,
      painter: painter.remote,
      tell: (story, signal) => tell(story, writer.remote, painter.remote, signal),
      end,
    };
  } catch (error) {
    end();
    throw error;
  } finally {
    signal.removeEventListener('abort', end);
  }
}

/** A download that starts over, or a second start on the CPU, holds the number where it is. */
function neverFalling(onProgress: OnProgress): OnProgress {
  let highest = 0;
  return (progress) => {
    highest = Math.max(highest, progress.fraction);
    onProgress({ ...progress, fraction: highest });
  };
}

/** Two halves as one number by bytes. */
function sumProgress(onProgress: OnProgress) {
  const halves: (LoadProgress | undefined)[] = [undefined, undefined];
  return (half: 0 | 1) => (progress: LoadProgress) => {
    halves[half] = progress;
    if (halves.some((each) => each === undefined)) return;
    const [a, b] = halves as [LoadProgress, LoadProgress];
    const totalBytes = a.totalBytes + b.totalBytes;
    const loadedBytes = a.loadedBytes + b.loadedBytes;
    const fraction = totalBytes === 0 ? 0 : loadedBytes / totalBytes;
    const order = ['download', 'verify', 'start'] as const;
    const phase = order[Math.min(order.indexOf(a.phase), order.indexOf(b.phase))] as LoadProgress['phase'];
    onProgress({ phase, loadedBytes, totalBytes, fraction });
  };
}
