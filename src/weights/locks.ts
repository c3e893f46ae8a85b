/**
 * Who may touch a file, over all tabs and workers of this origin. Whoever reads shares it; whoever writes or removes has
 * it alone. A tab that ends, or crashes, gives back what it held.
 */

export interface Locks {
  /** Waits until nobody else has it. */
  alone<T>(name: string, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
  /** Does the work, or answers 'in use' at once. */
  aloneIfFree<T>(name: string, work: () => Promise<T>): Promise<T | 'in use'>;
  /** Waits until nobody writes it; gives what ends the sharing. */
  share(name: string, signal: AbortSignal): Promise<() => void>;
}

export function browserLocks(locks: LockManager): Locks {
  return {
    alone: (name, signal, work) => locks.request(name, { signal }, work) as Promise<never>,
    aloneIfFree: (name, work) =>
      locks.request(name, { ifAvailable: true }, async (lock) => (lock ? work() : 'in use')) as Promise<never>,
    share: (name, signal) =>
      new Promise((resolve, reject) => {
        const hold = () => new Promise<void>((end) => resolve(end));
        locks.request(name, { mode: 'shared', signal }, hold).catch(reject);
      }),
  };
}

/** Where files are kept in memory nobody else can reach them. */
export const noLocks: Locks = {
  alone: (_name, _signal, work) => work(),
  aloneIfFree: (_name, work) => work(),
  share: async () => () => {},
};
