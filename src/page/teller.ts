/** The engine as the page sees it: manifest, choice of backend, workers that stay or take turns, loading as one number, stories. */
import { ManifestError, plainError, StoppedError } from '../errors.ts';
import { type BackendChoice, chooseBackend } from '../models/backend.ts';
import {
  type Part,
  partBytes,
  planVariants,
  type Residency,
  ranOut,
  smallerThan,
  thriftier,
} from '../models/residency.ts';
import type { Backend } from '../stages.ts';
import type { StoryEvent, StoryRequest } from '../story/events.ts';
import { type StoryPainter, tell } from '../story/tell.ts';
import { openBrowserStore } from '../weights/browser-store.ts';
import type { ModelEntry, Variant } from '../weights/manifest.ts';
import type { LoadRequest } from '../workers/protocol.ts';
import { createResidents } from '../workers/residents.ts';
import { spawnEyes, spawnPainter, spawnWriter } from '../workers/spawn.ts';
import { agreed, type Consent } from './agreed.ts';
import { heldModel, loadModel } from './listed.ts';
import type { Agreed } from './offer.ts';
import { overallOf, type Progress } from './overall.ts';
import { createPausing, type Pausing } from './pausing.ts';
import { loading } from './starting.ts';

export type { Progress } from './overall.ts';

export interface TellerOptions {
  /** Absolute URL with a slash at its end: where manifest, weights, workers and wasm lie. */
  readonly base: string;
  /** The same, where the manifest and the weights lie elsewhere. */
  readonly source?: string;
  /** Id of the model; the first of the manifest when empty. */
  readonly model: string;
  /** Id of a variant, or 'auto'. */
  readonly variant: string;
  readonly backend: 'auto' | 'webgpu' | 'wasm';
  /** Bytes of memory that the model may take, on the GPU where it runs there; 0 for what is usual. */
  readonly memory: number;
  /** It is to take the least memory there is. */
  readonly thrifty?: boolean;
}

export interface Teller {
  readonly model: ModelEntry;
  readonly choice: BackendChoice;
  /** Which parts stay in memory. */
  readonly residency: Residency;
  /** A plan that takes less memory is left. */
  readonly canSpare: boolean;
  /** A variant that takes less memory, where there is one that can be told here. */
  readonly smaller: Variant | undefined;
  /** In the device's own words. */
  readonly device: string;
  tell(request: StoryRequest, signal: AbortSignal): AsyncGenerator<StoryEvent, void>;
  readonly painter: StoryPainter;
  /** Ends the workers and gives their memory back. */
  end(): void;
}

export interface Hears {
  /** Which part of the model is being loaded while a story is told, and how far all of it is; undefined: it is there. */
  readonly onLoading?: (part: Part, progress: Progress | undefined) => void;
  /** It took too much memory, and now its parts take turns. */
  readonly onThrift?: () => void;
  /** Without it nothing big is fetched. */
  readonly consent?: Consent;
  /** Holds up what is fetched. */
  readonly pausing?: Pausing;
}

export type OnProgress = (progress: Progress) => void;

/** Rejects with StoppedError once `signal` aborts; files that had arrived by then are kept. */
export async function createTeller(
  options: TellerOptions,
  onProgress: OnProgress,
  signal: AbortSignal,
  hears?: Hears,
): Promise<Teller> {
  const model = await loadModel(options.source || options.base, options.model, options.base).catch(
    async (error: unknown) => {
      const held = options.model && (await heldModel(options.model).catch(() => undefined));
      if (held) return held;
      throw error;
    },
  );
  return tellerOf(model, options, onProgress, signal, hears);
}

/** What is tried: first as asked, then thriftily, then on the CPU. */
interface Attempt {
  readonly choice: BackendChoice;
  readonly thrifty: boolean;
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
  const after = async ({ choice, thrifty }: Attempt, error: Error): Promise<Attempt | undefined> => {
    if (!thrifty && ranOut(plainError(error)) && sparing(model, choice, options)) {
      hears.onThrift?.();
      return { choice, thrifty: true };
    }
    // A GPU that was there and then could not do it: the CPU can.
    const failed = error.name === 'DeviceError' && choice.backend !== 'wasm' && options.backend === 'auto';
    if (!failed) return undefined;
    const again = await chooseBackend('wasm', variants, undefined);
    const reason = `The GPU could not start (${error.message.replace(/\.$/, '')}), so the CPU tells.`;
    return { choice: { ...again, reason }, thrifty };
  };
  const start = createStart(model, options, neverFalling(onProgress), hears, signal);
  let attempt: Attempt = {
    choice: await chooseBackend(options.backend, variants, navigator.gpu),
    thrifty: options.thrifty ?? false,
  };
  for (;;) {
    try {
      return await start(attempt);
    } catch (error) {
      if (signal.aborted) throw new StoppedError();
      const next = await after(attempt, error as Error);
      if (!next) throw error;
      attempt = next;
    }
  }
}

/** Where a worker's script lies. @param base absolute URL with a slash at its end */
export function workerUrl(base: string, name: string): string {
  return import.meta.env.DEV
    ? new URL(`/src/workers/${name}.worker.ts`, location.href).href
    : new URL(`workers/${name}.js`, base).href;
}

const ableOf = (model: ModelEntry, { able, variant }: BackendChoice): Variant[] =>
  [...new Set([variant, ...able])].flatMap((id) => model.variants.find((each) => each.id === id) ?? []);

const plansOf = (model: ModelEntry, choice: BackendChoice, { memory }: TellerOptions, thrifty: boolean) =>
  planVariants(model, ableOf(model, choice), memory || memoryGuess(choice.backend), thrifty);

/** Is there a plan that takes less memory than the usual one? */
function sparing(model: ModelEntry, choice: BackendChoice, options: TellerOptions): boolean {
  const [{ variant, residency }] = plansOf(model, choice, options, false);
  return thriftier(partBytes(model, variant), residency) !== undefined;
}

function createStart(
  model: ModelEntry,
  options: TellerOptions,
  onProgress: OnProgress,
  { onLoading = () => {}, consent, pausing = createPausing() }: Hears,
  signal: AbortSignal,
): (attempt: Attempt) => Promise<Teller> {
  const given = new Map<string, Blob>();
  /** By the backend that was asked for: nobody is asked the same twice. */
  const answers = new Map<Backend, Agreed>();

  return async ({ choice: proposed, thrifty }) => {
    if (signal.aborted) throw new StoppedError();
    const { store } = await openBrowserStore();
    const plans = plansOf(model, proposed, options, thrifty);
    const answer = answers.get(proposed.backend) ?? (await agreed(model, plans, proposed, store, consent));
    answers.set(proposed.backend, answer);
    if (signal.aborted) throw new StoppedError();
    const { variant, residency } = plans.find((each) => each.variant.id === answer.variant) ?? plans[0];
    const choice = { ...proposed, variant: variant.id };
    const worker = (name: string) => workerUrl(options.base, name);
    const request: LoadRequest = {
      ...{ model, variant: variant.id, backend: choice.backend },
      mirrors: model.mirrors.map((mirror) => new URL(mirror, options.source || options.base).href),
      runtime: new URL('ort/', options.base).href,
      ...(answer.inMemory ? { inMemory: true } : {}),
    };
    const shared = { pausing, given };
    const overall = await overallOf(model, variant, residency, store.heldBytes);
    const plain = model.variants.find(({ needs }) => needs.features.length === 0);
    const onCpu = options.backend === 'auto' && choice.backend !== 'wasm' && plain;
    const insteadOfGpu = onCpu && ({ ...request, backend: 'wasm', variant: onCpu.id } as const);
    let begun = false;
    const residents = createResidents(
      residency,
      {
        writer: (blind) => loading(() => spawnWriter(worker('writer')), shared, { ...request, blind }),
        ...(variant.graphs.vision ? { eyes: () => loading(() => spawnEyes(worker('eyes')), shared, request) } : {}),
        painter: () => loading(() => spawnPainter(worker('painter')), shared, request, insteadOfGpu),
      },
      (part, progress) => {
        const all = progress && overall(part, progress);
        if (begun) onLoading(part, all);
        else if (all) onProgress(all);
      },
    );
    signal.addEventListener('abort', residents.end);
    try {
      const engine = await residents.begin();
      begun = true;
      return {
        ...{ model, choice, residency, device: engine.device },
        canSpare: thriftier(partBytes(model, variant), residency) !== undefined,
        smaller: smallerThan(
          model,
          plans.map((each) => each.variant),
          variant,
        ),
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
  };
}

/** No browser says how much memory a GPU has. What most of them have; the settings can say otherwise. */
const GPU_BYTES = 6e9;
const memoryGuess = (backend: Backend) => (backend === 'wasm' ? Number.POSITIVE_INFINITY : GPU_BYTES);

/** A download that starts over, or a second start on the CPU, holds the number where it is. */
function neverFalling(onProgress: OnProgress): OnProgress {
  let highest = 0;
  return (progress) => {
    highest = Math.max(highest, progress.fraction);
    onProgress({ ...progress, fraction: highest });
  };
}
