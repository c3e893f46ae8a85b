/** Ends what has gone silent, and leaves alone what is only slow. */
import type { Clock } from './mirrors.ts';

export interface Watchdog {
  /** Aborts with the fault after the silence, and with the outer signal. */
  readonly signal: AbortSignal;
  /** Something came: the silence begins anew. */
  heard(): void;
  /** The promise, or the silence if that comes first. */
  orSilence<T>(promise: Promise<T>): Promise<T>;
  /** Ends the watch, and the request with it. */
  end(): void;
}

export function watchdog(clock: Clock, idleMs: number, outer: AbortSignal, fault: () => Error): Watchdog {
  const own = new AbortController();
  const signal = AbortSignal.any([outer, own.signal]);
  let heardAt = clock.now();
  const silence = new Promise<never>((_, reject) => {
    const gone = () => reject(signal.reason);
    if (signal.aborted) gone();
    else signal.addEventListener('abort', gone, { once: true });
  });
  silence.catch(() => {});
  const watch = async () => {
    for (let left = idleMs; left > 0; left = heardAt + idleMs - clock.now()) await clock.sleep(left, signal);
    own.abort(fault());
  };
  watch().catch(() => {});
  return {
    signal,
    heard() {
      heardAt = clock.now();
    },
    orSilence: (promise) => Promise.race([promise, silence]),
    end: () => own.abort(),
  };
}
