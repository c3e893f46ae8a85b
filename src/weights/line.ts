/** What all files of one load share: the mirrors, the time, and a number of requests that run at once. */
import type { Clock, Mirrors } from './mirrors.ts';
import type { Pause } from './pause.ts';

export interface Line {
  readonly mirrors: Mirrors;
  readonly clock: Clock;
  /** Waits for a place among the requests that run at once; gives what frees it. */
  take(): Promise<() => void>;
  /** A source that sends nothing for so long is asked anew. One that is slow is left in peace. */
  readonly idleMs: number;
  /** Where the reader may hold it up. */
  readonly pause?: Pause | undefined;
}

/** So many at once; the others wait in order. */
export function places(count: number): () => Promise<() => void> {
  let free = count;
  const waiting: (() => void)[] = [];
  return async () => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    let taken = true;
    return () => {
      if (!taken) return;
      taken = false;
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    };
  };
}
