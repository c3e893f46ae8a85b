/** One switch for whatever is fetched at the moment, and for what begins to be fetched while it is off. */
export interface Pausing {
  readonly paused: boolean;
  set(paused: boolean): void;
  /** Hears of every change, and at once where it is paused now. Gives what ends the hearing. */
  join(hear: (paused: boolean) => void): () => void;
}

export function createPausing(): Pausing {
  let paused = false;
  const hearing = new Set<(paused: boolean) => void>();
  return {
    get paused() {
      return paused;
    },
    set(to) {
      if (to === paused) return;
      paused = to;
      for (const hear of hearing) hear(paused);
    },
    join(hear) {
      hearing.add(hear);
      if (paused) hear(true);
      return () => void hearing.delete(hear);
    },
  };
}
