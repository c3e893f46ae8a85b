/** The store, the locks and the clock of a browser's worker. Where storage is refused, files live as long as the worker. */
import { type Disk, openDisk } from './disk.ts';
import { createJournal, type Journal, openRecords } from './journal.ts';
import { browserLocks, type Locks, noLocks } from './locks.ts';
import { createMemoryStore } from './memory-store.ts';
import type { Clock } from './mirrors.ts';
import { createStore, type Store } from './store.ts';

export interface OpenedStore {
  readonly store: Store;
  readonly locks: Locks;
  /** Absent where storage is refused: a private window, a cross-site frame, a page that is not secure. */
  readonly kept?: { readonly disk: Disk; readonly journal: Journal };
}

/** Never rejects. */
export async function openBrowserStore(): Promise<OpenedStore> {
  try {
    const { storage, locks } = navigator;
    // Refused in some frames although it is there.
    await locks.request('interleaf-weights', async () => {});
    const disk = await openDisk(storage);
    const journal = createJournal(await openRecords());
    return { store: createStore(disk, journal, Date.now), locks: browserLocks(locks), kept: { disk, journal } };
  } catch {
    return { store: createMemoryStore(), locks: noLocks };
  }
}

/** Never goes back, whatever is done to the time of day. Sleep ends early when the network comes back. */
export const browserClock: Clock = {
  now: () => performance.now(),
  random: Math.random,
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        removeEventListener('online', end);
        if (signal.aborted) reject(signal.reason);
        else resolve();
      };
      const timer = setTimeout(end, ms);
      if (signal.aborted) return end();
      signal.addEventListener('abort', end);
      addEventListener('online', end);
    }),
};

/** Tells whether the page's own policy, and not the network, kept an address from being asked. */
export function watchPolicy(): (url: string) => Promise<boolean> {
  const blocked = new Set<string>();
  addEventListener('securitypolicyviolation', (event) => {
    const { blockedURI } = event as SecurityPolicyViolationEvent;
    if (URL.canParse(blockedURI)) blocked.add(new URL(blockedURI).origin);
  });
  return async (url) => {
    // The violation is told in a task of its own, which may come after the fetch has failed.
    await new Promise((resolve) => setTimeout(resolve));
    return blocked.has(new URL(url).origin);
  };
}
