import { expect, test } from 'vitest';
import type { Clock } from './mirrors.ts';
import { watchdog } from './watchdog.ts';

/** Time passes when it is told to; who sleeps is woken when the time has come. */
function handClock(): Clock & { pass(ms: number): Promise<void> } {
  let time = 0;
  const sleeping = new Set<{ readonly until: number; wake(): void }>();
  return {
    now: () => time,
    random: () => 1,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const end = () => reject(signal.reason);
        const wake = () => {
          signal.removeEventListener('abort', end);
          resolve();
        };
        sleeping.add({ until: time + ms, wake });
        signal.addEventListener('abort', end);
      }),
    async pass(ms) {
      time += ms;
      for (const each of sleeping) {
        if (each.until > time) continue;
        sleeping.delete(each);
        each.wake();
      }
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

function watched() {
  const clock = handClock();
  const watch = watchdog(clock, 30_000, new AbortController().signal, () => new Error('silent'));
  return { clock, watch };
}

test('what is only slow is left alone, however long it takes', async () => {
  const { clock, watch } = watched();
  for (let i = 0; i < 100; i++) {
    await clock.pass(29_000);
    watch.heard();
  }
  expect(watch.signal.aborted).toBe(false);
});

test('what is silent is ended after its time, and not before', async () => {
  const { clock, watch } = watched();
  await clock.pass(29_999);
  expect(watch.signal.aborted).toBe(false);
  await clock.pass(1);
  expect(watch.signal.reason).toEqual(new Error('silent'));
  await expect(watch.orSilence(new Promise(() => {}))).rejects.toThrow('silent');
});

test('after a machine slept a socket that says nothing any more is ended at once, and one that goes on is left alone (R15)', async () => {
  const night = 8 * 3600_000;
  const dead = watched();
  await dead.clock.pass(1000);
  dead.watch.heard();
  await dead.clock.pass(night);
  expect(dead.watch.signal.aborted).toBe(true);
  const alive = watched();
  await alive.clock.pass(1000);
  alive.watch.heard();
  // Bytes that came while it slept are read before the clock is looked at.
  const night2 = alive.clock.pass(night);
  alive.watch.heard();
  await night2;
  expect(alive.watch.signal.aborted).toBe(false);
});
