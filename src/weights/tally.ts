/** Many files' bytes as one number that only rises, with the speed at which they arrive. */

export interface FilesProgress {
  readonly phase: 'download' | 'verify';
  /** Held, or arrived and not yet verified. Never falls. */
  readonly loadedBytes: number;
  readonly totalBytes: number;
  /** Over the last fifteen seconds; absent while nothing arrives. */
  readonly bytesPerSecond?: number;
  readonly secondsLeft?: number;
  /** Why nothing arrives just now, and for how many seconds that is to last. */
  readonly waiting?: Pick<Wait, 'on' | 'why'> & { readonly seconds: number };
}

/** Nothing arrives until a time of the clock's. */
export interface Wait {
  readonly until: number;
  /** For the network, for a server that has no time, for another mirror to answer, for another tab. */
  readonly on: 'network' | 'server' | 'mirror' | 'tab';
  readonly why: string;
}

export interface Tally {
  /** What of a file was there already. */
  found(path: string, bytes: number): void;
  /** Bytes that arrived for it from outside; less than none when they were damaged. */
  arrived(path: string, change: number): void;
  waits(wait: Wait | undefined): void;
  /** Tells where it stands, however short it is since the last time. */
  tell(): void;
}

const WINDOW_MS = 15_000;
/** After so long a silence (a wait, a pause, a sleeping machine) the speed is measured anew. */
const SILENCE_MS = 5_000;
/** A page draws no faster than this. */
const APART_MS = 100;

export function createTally(totalBytes: number, now: () => number, tell: (progress: FilesProgress) => void): Tally {
  const loaded = new Map<string, number>();
  /** Bytes that have arrived by a time, oldest first. */
  const arrivals: { readonly at: number; readonly bytes: number }[] = [];
  let arrivedBytes = 0;
  let highest = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  let wait: Wait | undefined;

  function speed(): Pick<FilesProgress, 'bytesPerSecond' | 'secondsLeft'> {
    const [first, last] = [arrivals[0], arrivals.at(-1)];
    if (!first || !last || last.at === first.at || last.bytes <= first.bytes) return {};
    const bytesPerSecond = (1000 * (last.bytes - first.bytes)) / (now() - first.at);
    return { bytesPerSecond, secondsLeft: (totalBytes - highest) / bytesPerSecond };
  }

  function report(): void {
    toldAt = now();
    const sum = [...loaded.values()].reduce((total, bytes) => total + bytes, 0);
    highest = Math.max(highest, Math.min(sum, totalBytes));
    while (arrivals[0] && arrivals[0].at < now() - WINDOW_MS) arrivals.shift();
    const waiting = wait && { on: wait.on, why: wait.why, seconds: Math.max(0, wait.until - now()) / 1000 };
    tell({
      phase: arrivedBytes > 0 || wait ? 'download' : 'verify',
      ...{ loadedBytes: highest, totalBytes },
      ...speed(),
      ...(waiting ? { waiting } : {}),
    });
  }

  const soon = () => {
    if (now() - toldAt >= APART_MS) report();
  };
  return {
    found(path, bytes) {
      loaded.set(path, bytes);
      soon();
    },
    arrived(path, change) {
      loaded.set(path, (loaded.get(path) ?? 0) + change);
      arrivedBytes += Math.max(0, change);
      if (now() - (arrivals.at(-1)?.at ?? now()) > SILENCE_MS) arrivals.length = 0;
      arrivals.push({ at: now(), bytes: arrivedBytes });
      // The other mirror answers.
      if (wait?.on === 'mirror') wait = undefined;
      soon();
    },
    waits(next) {
      const changed = next?.why !== wait?.why;
      wait = next;
      if (changed) report();
    },
    tell: report,
  };
}
