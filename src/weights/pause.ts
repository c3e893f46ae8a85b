/** Holds fetching up and lets it go on: what is under way is let go of, and what arrived of it stays. */
export interface Pause {
  readonly paused: boolean;
  set(paused: boolean): void;
  /** Aborts when fetching is held up the next time; aborted while it is. */
  readonly signal: AbortSignal;
  /** Resolves as soon as it is not held up. Rejects with the reason of `signal` once that aborts. */
  over(signal: AbortSignal): Promise<void>;
}

export function createPause(): Pause {
  let hold = new AbortController();
  let goOn = () => {};
  let going: Promise<void> = Promise.resolve();
  return {
    get paused() {
      return hold.signal.aborted;
    },
    set(paused) {
      if (paused === hold.signal.aborted) return;
      if (paused) {
        going = new Promise((resolve) => {
          goOn = resolve;
        });
        hold.abort(new Error('Held up by the reader.'));
      } else {
        hold = new AbortController();
        goOn();
      }
    },
    get signal() {
      return hold.signal;
    },
    async over(signal) {
      if (!hold.signal.aborted) return;
      await new Promise<void>((resolve, reject) => {
        const stop = () => reject(signal.reason);
        if (signal.aborted) return stop();
        signal.addEventListener('abort', stop, { once: true });
        void going.then(() => {
          signal.removeEventListener('abort', stop);
          resolve();
        });
      });
    },
  };
}
