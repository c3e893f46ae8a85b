/** Which source is asked next: what one did wrong decides whether it is asked again, when, and for what. */
import { WeightsError } from '../errors.ts';
import type { WeightFile } from './manifest.ts';
import type { Fault, Source } from './sources.ts';
import type { Wait } from './tally.ts';

export interface Clock {
  /** Milliseconds. */
  now(): number;
  /** Rejects with the signal's reason once it aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** 0…1 */
  random(): number;
}

/** So many failures in a row, with nothing arriving between them, and a source is given up. */
const MOST_FAILURES = 5;
const FIRST_REST_MS = 1000;
const LONGEST_REST_MS = 30_000;
/** A server that wants to be left alone for longer is not waited for. */
const PATIENCE_MS = 10 * 60_000;

/** A source, and how it has done so far. */
export interface Mirror {
  readonly source: Source;
  /** False where only whole files come from it. */
  givesParts(file: WeightFile): boolean;
  /** Something that came of this file was damaged. */
  isSuspect(file: WeightFile): boolean;
  /** Bytes arrived. */
  praise(): void;
  /** @param since when the request began that ended so */
  blame(file: WeightFile, fault: Fault, since: number): void;
}

export interface Mirrors {
  /** The first that may be asked now; waits while all of them rest. Rejects with WeightsError when none is left. */
  next(file: WeightFile, signal: AbortSignal): Promise<Mirror>;
}

/** @param onWait hears until when all sources rest, that another one is asked now, and why; undefined when one is asked again */
export function createMirrors(
  sources: readonly Source[],
  clock: Clock,
  onWait: (wait: Wait | undefined) => void = () => {},
): Mirrors {
  const all = sources.map((source) => createMirror(source, clock));
  let asked = all[0];
  return {
    async next(file, signal) {
      for (;;) {
        const left = all.filter((each) => each.refusal(file) === undefined);
        if (left.length === 0) throw verdict(file, all);
        const ready = left.find((each) => each.rest.until <= clock.now());
        if (ready) {
          const why = asked?.refusal(file)?.message ?? asked?.rest.why;
          if (ready !== asked && why) onWait({ until: clock.now(), on: 'mirror', why });
          asked = ready;
          return ready.mirror;
        }
        const first = left.reduce((a, b) => (b.rest.until < a.rest.until ? b : a));
        onWait({ ...first.rest });
        await clock.sleep(first.rest.until - clock.now(), signal);
        // The clock may end a sleep early, because the network is back.
        first.rest.until = Math.min(first.rest.until, clock.now());
        onWait(undefined);
      }
    },
  };
}

function createMirror(source: Source, clock: Clock) {
  const rest = { until: 0, why: '', on: 'network' as Wait['on'] };
  const refusals = new Map<string, Fault>();
  const wholeOnly = new Set<string>();
  /** By path, the chunks that were damaged once. */
  const damaged = new Map<string, Set<number>>();
  let givenUp: Fault | undefined;
  let failures = 0;

  function tire(fault: Fault, since: number): void {
    // Requests that were under way together fail together: that is one failure.
    if (since < rest.until) return;
    const { restMs = 0 } = fault.about;
    failures += 1;
    if (failures >= MOST_FAILURES || restMs > PATIENCE_MS) {
      givenUp = fault;
      return;
    }
    const own = Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** (failures - 1)) * (0.5 + clock.random() / 2);
    rest.until = clock.now() + Math.max(own, restMs);
    rest.why = fault.message;
    rest.on = fault.kind === 'busy' ? 'server' : 'network';
  }

  const mirror: Mirror = {
    source,
    givesParts: (file) => !wholeOnly.has(file.path),
    isSuspect: (file) => damaged.has(file.path),
    praise() {
      failures = 0;
    },
    blame(file, fault, since) {
      switch (fault.kind) {
        case 'network':
        case 'cut':
        case 'busy':
          return tire(fault, since);
        case 'no-ranges':
          wholeOnly.add(file.path);
          return;
        case 'short':
        case 'corrupt': {
          const chunks = damaged.get(file.path) ?? new Set();
          const { index = 0 } = fault.about;
          if (chunks.has(index)) refusals.set(file.path, fault);
          damaged.set(file.path, chunks.add(index));
          return;
        }
        case 'missing':
        case 'page':
        case 'blocked':
        case 'long':
          refusals.set(file.path, fault);
          return;
        default:
          fault.kind satisfies never;
      }
    },
  };
  return { mirror, rest, refusal: (file: WeightFile) => givenUp ?? refusals.get(file.path) };
}

/** What a mirror said of a file tells more than that another could not be reached. */
function verdict(file: WeightFile, all: readonly { refusal(file: WeightFile): Fault | undefined }[]): WeightsError {
  const faults = all.map((each) => each.refusal(file)).filter((fault) => fault !== undefined);
  const first = faults.find(({ code }) => code !== 'unreachable') ?? faults[0];
  if (!first) {
    return new WeightsError('unreachable', `${file.path}: no mirror is known. The manifest has to name one.`);
  }
  const words = faults.map(({ message }) => message).join(' ');
  return new WeightsError(
    first.code,
    faults.length > 1 ? `None of ${faults.length} mirrors has ${file.path} as it should be. ${words}` : words,
  );
}
