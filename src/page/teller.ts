/** The engine as the page sees it: manifest, choice of backend, workers that stay or take turns, loading as one number, stories. */
import { DeviceError, InputError, ManifestError, StoppedError } from '../errors.ts';
import { openGpu } from '../gpu/device.ts';
import { inTime } from '../gpu/in-time.ts';
import { tryGpu } from '../gpu/trial.ts';
import { type BackendChoice, chooseBackend } from '../models/backend.ts';
import { partBytes, planResidency, type Residency } from '../models/residency.ts';
import type { Backend } from '../stages.ts';
import type { StoryEvent, StoryRequest } from '../story/events.ts';
import { type StoryPainter, tell } from '../story/tell.ts';
import { openBrowserStore } from '../weights/browser-store.ts';
import { createHeldModels } from '../weights/held-models.ts';
import { findModel, type Manifest, type ModelEntry, parseManifest, type Variant } from '../weights/manifest.ts';
import type { Eyes, LoadedEngine, LoadProgress, LoadRequest, Painter, Writer } from '../workers/protocol.ts';
import { createResidents, type OnLoading } from '../workers/residents.ts';
import { type Spawned, spawnEyes, spawnPainter, spawnWriter } from '../workers/spawn.ts';
import { ASKED_BYTES, bytesInWords, type Offer, offerOf } from './offer.ts';

export interface TellerOptions {
  /** Absolute URL with a slash at its end: where manifest, weights, workers and wasm lie. */
  readonly base: string;
  /** Id of the model; the first of the manifest when empty. */
  readonly model: string;
  /** Id of a variant, or 'auto'. */
  readonly variant: string;
  readonly backend: 'auto' | 'webgpu' | 'wasm';
  /** Bytes of memory that the model may take, on the GPU where it runs there; 0 for what is usual. */
  readonly memory: number;
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
  /** Which parts stay in memory. */
  readonly residency: Residency;
  /** In the device's own words. */
  readonly device: string;
  tell(request: StoryRequest, signal: AbortSignal): AsyncGenerator<StoryEvent, void>;
  readonly painter: StoryPainter;
  /** Ends the workers and gives their memory back. */
  end(): void;
}

export async function loadModel(base: string, id: string): Promise<ModelEntry> {
  const manifest = await loadManifest(base);
  return id ? findModel(manifest, id) : (manifest.models[0] as ModelEntry);
}

export async function loadManifest(base: string): Promise<Manifest> {
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
  return parseManifest(json);
}

export interface Hears {
  /** Which part of the model is being loaded while a story is told. */
  readonly onLoading?: OnLoading;
  /** Asked before anything big is fetched. Without it nothing big is fetched. */
  readonly consent?: (offer: Offer) => Promise<boolean> | boolean;
}

export type OnProgress = (progress: Progress) => void;

/** Rejects with StoppedError once `signal` aborts; files that had arrived by then are kept. */
export async function createTeller(
  options: TellerOptions,
  onProgress: OnProgress,
  signal: AbortSignal,
  hears?: Hears,
): Promise<Teller> {
  const model = await loadModel(options.base, options.model).catch(async (error: unknown) => {
    const held = options.model && (await heldModel(options.model).catch(() => undefined));
    if (held) return held;
    throw error;
  });
  return tellerOf(model, options, onProgress, signal, hears);
}

export async function tellerOf(
  model: ModelEntry,
  options: TellerOptions,
  onProgress: OnProgress,
  signal: AbortSignal,
  hears: Hears = {},
): Promise<Teller> {
  const variants =
    options.variant === 'auto' ? model.variants : model.variants.filter(({ id }) => id === options.variant);
  if (variants.length === 0) {
    throw new ManifestError('unknown-model', `Model "${model.id}" has no variant "${options.variant}".`);
  }
  const choice = await chooseBackend(options.backend, variants, navigator.gpu);
  const rising = neverFalling(onProgress);
  try {
    return await start(options, model, choice, rising, hears, signal);
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
      hears,
      signal,
    );
  }
}

/** Where a worker's script lies. @param base absolute URL with a slash at its end */
export function workerUrl(base: string, name: string): string {
  return import.meta.env.DEV
    ? new URL(`/src/workers/${name}.worker.ts`, location.href).href
    : new URL(`workers/${name}.js`, base).href;
}

/** A model that is held whole, though the list of models has it not, or cannot be reached. */
async function heldModel(id: string): Promise<ModelEntry | undefined> {
  const { kept, locks } = await openBrowserStore();
  const held = kept ? await createHeldModels(kept.disk, kept.journal, locks, Date.now).list() : [];
  return held.find(({ model, state }) => model.id === id && state === 'whole')?.model;
}

async function start(
  options: TellerOptions,
  model: ModelEntry,
  choice: BackendChoice,
  onProgress: OnProgress,
  { onLoading = () => {}, consent }: Hears,
  signal: AbortSignal,
): Promise<Teller> {
  if (signal.aborted) throw new StoppedError();
  const worker = (name: string) => workerUrl(options.base, name);
  const request = {
    model,
    variant: choice.variant,
    backend: choice.backend as Backend,
    mirrors: model.mirrors.map((mirror) => new URL(mirror, options.base).href),
    runtime: new URL('ort/', options.base).href,
  };
  const variant = model.variants.find(({ id }) => id === choice.variant) as Variant;
  const residency = planResidency(partBytes(model, variant), options.memory || memoryGuess(choice.backend));
  await agreed(model, variant, choice, residency, consent);
  if (signal.aborted) throw new StoppedError();
  const plain = model.variants.find(({ needs }) => needs.features.length === 0);
  const onCpu = options.backend === 'auto' && choice.backend !== 'wasm' && plain;
  let begun = false;
  const residents = createResidents(
    residency,
    {
      writer: (blind) => loading(() => spawnWriter(worker('writer')), { ...request, blind }),
      ...(variant.graphs.vision ? { eyes: () => loading(() => spawnEyes(worker('eyes')), request) } : {}),
      painter: () =>
        loading(
          () => spawnPainter(worker('painter')),
          request,
          onCpu && { ...request, backend: 'wasm', variant: onCpu.id },
        ),
    },
    (part, progress) => {
      if (part === 'language' && progress && !begun) onProgress({ ...progress, fraction: fractionOf(progress) });
      else onLoading(part, progress);
    },
  );
  signal.addEventListener('abort', residents.end);
  try {
    const engine = await residents.begin();
    begun = true;
    return {
      model,
      choice,
      residency,
      device: engine.device,
      painter: residents.painter,
      tell: (story, signal) => tell(story, residents.writer, residents.painter, signal),
      end: residents.end,
    };
  } catch (error) {
    residents.end();
    throw error;
  } finally {
    signal.removeEventListener('abort', residents.end);
  }
}

/** Nothing big is fetched for a GPU that computes wrongly, or before it was allowed. */
async function agreed(
  model: ModelEntry,
  variant: Variant,
  choice: BackendChoice,
  residency: Residency,
  consent: Hears['consent'],
): Promise<void> {
  const { store } = await openBrowserStore();
  const { connection, storage } = navigator as Navigator & { connection?: { downlink?: number } };
  const offer = await offerOf(model, variant, choice, residency, {
    lasting: store.lasting,
    heldBytes: store.heldBytes,
    ...(storage?.estimate ? { estimate: () => storage.estimate() } : {}),
    ...(connection?.downlink ? { downlink: connection.downlink } : {}),
  });
  if (offer.missingBytes <= ASKED_BYTES) return;
  if (choice.backend !== 'wasm') await tried(choice);
  if (!consent) {
    const words = `${offer.model.title} needs ${bytesInWords(offer.missingBytes)} to be fetched first. Give a function as "consent" that allows it.`;
    throw new InputError('bad-option', words);
  }
  if (!(await consent(offer))) throw new StoppedError();
  // Now it is worth asking the browser not to remove it when room is scarce; a refusal changes nothing.
  await storage?.persist?.().catch(() => false);
}

async function tried({ reason }: BackendChoice): Promise<void> {
  const { device } = await openGpu(navigator.gpu);
  try {
    const { right } = await inTime('The GPU', TRIAL_LIMIT_MS, tryGpu(device));
    if (!right) throw new DeviceError('engine', `The GPU gives wrong numbers (${reason}) Choose "wasm" as backend.`);
  } finally {
    device.destroy();
  }
}
const TRIAL_LIMIT_MS = 10_000;

/** No browser says how much memory a GPU has. What most of them have; the settings can say otherwise. */
const GPU_BYTES = 6e9;
const memoryGuess = (backend: Backend) => (backend === 'wasm' ? Number.POSITIVE_INFINITY : GPU_BYTES);

/** A worker with its load request filled in; a second one, where the first one's device cannot do it. */
function loading<T extends Pick<Writer | Painter | Eyes, 'load' | 'close'>>(
  spawn: () => Spawned<T>,
  request: LoadRequest,
  instead?: LoadRequest | false,
) {
  let spawned = spawn();
  const load = async (onLoad: (progress: LoadProgress) => void): Promise<LoadedEngine> => {
    try {
      return await spawned.remote.load(request, onLoad);
    } catch (error) {
      if (!instead || !(error instanceof Error) || error.name !== 'DeviceError') throw error;
      spawned.end();
      spawned = spawn();
      return spawned.remote.load(instead, onLoad);
    }
  };
  const remote = new Proxy({} as Omit<T, 'load'> & { load: typeof load }, {
    get: (_, name) => (name === 'load' ? load : spawned.remote[name as keyof T]),
  });
  return { remote, end: () => spawned.end() };
}

const fractionOf = ({ loadedBytes, totalBytes }: LoadProgress) => (totalBytes === 0 ? 0 : loadedBytes / totalBytes);

/** A download that starts over, or a second start on the CPU, holds the number where it is. */
function neverFalling(onProgress: OnProgress): OnProgress {
  let highest = 0;
  return (progress) => {
    highest = Math.max(highest, progress.fraction);
    onProgress({ ...progress, fraction: highest });
  };
}
