import { expect, test, vi } from 'vitest';
import type { HeldModel } from '../weights/held-models.ts';
import type { Keeper } from '../weights/keeper.ts';
import { createOwnHeld, isUnfinished } from './own-held.ts';

const key = { id: 'tiny', revision: 'abc' };
const held = { model: { ...key, title: 'Tiny' }, state: 'whole', heldBytes: 5, totalBytes: 5 } as unknown as HeldModel;

function staged(keeper: Partial<Keeper>) {
  const end = vi.fn();
  const heard: string[] = [];
  const own = createOwnHeld(
    () => 'https://host.test/workers/weights.js',
    () => heard.push(own.said),
    { spawn: () => ({ end, remote: { stop() {}, pause() {}, ...keeper } as Keeper }), look: async () => [held] },
  );
  return { own, end, heard };
}

test('what is held is listed without a worker', async () => {
  const { own, end } = staged({});
  await own.list();
  expect(own.entries).toEqual([held]);
  expect(end).not.toHaveBeenCalled();
  expect(own.busy).toBe(false);
});

test('how far it is is said, and what came of it', async () => {
  const { own, heard } = staged({
    async check(_, onProgress) {
      onProgress({ phase: 'verify', loadedBytes: 1, totalBytes: 4 });
      return false;
    },
  });
  await own.check(key);
  expect(heard).toContain('Checking every byte, 25 %…');
  expect(own.said).toMatch(/^Some of tiny was damaged/);
});

test('what went wrong is said in its own words, and the list stays', async () => {
  const remove = async () => {
    throw Object.assign(new Error('tiny@abc is in use. Close that tab.'), { name: 'WeightsError', code: 'in-use' });
  };
  const { own, end } = staged({ remove });
  await own.list();
  await own.remove(key);
  expect(own.said).toBe('tiny@abc is in use. Close that tab.');
  expect(own.entries).toEqual([held]);
  expect(end).toHaveBeenCalledTimes(1);
});

test('one piece of work at a time, and none is forgotten', async () => {
  const order: string[] = [];
  const check = async () => {
    order.push('begins');
    await new Promise((resolve) => setTimeout(resolve, 5));
    order.push('ends');
    return true;
  };
  const { own } = staged({ check });
  await Promise.all([own.list(), own.check(key), own.check(key)]);
  expect(order).toEqual(['begins', 'ends', 'begins', 'ends']);
});

test('what is not here in full is gone on with, held up, and stopped, and how far it is is known', async () => {
  const graphs = { embed: { model: 'a', data: [] } };
  const model = {
    ...{ ...key, title: 'Large', text: { tokenizer: 'a' }, picture: { nullConditioning: 'a' } },
    variants: [
      { id: 'q4', graphs },
      { id: 'q8', graphs: { embed: { model: 'b', data: [] } } },
    ],
  };
  const part = {
    ...{ model, wanted: ['a'], mirrors: ['https://a.test/'], state: 'partly', heldBytes: 2e9, totalBytes: 5e9 },
    usedAt: 1,
  } as unknown as HeldModel;
  expect(isUnfinished(part)).toBe(true);
  for (const other of [{ state: 'whole' }, { mirrors: [] }, { heldBytes: 5e9 - 1e6 }]) {
    expect(isUnfinished({ ...part, ...other } as HeldModel)).toBe(false);
  }
  const asked: unknown[] = [];
  let stop = () => {};
  const { own } = staged({
    fetch: (request, onProgress) => {
      asked.push({ variant: request.variant, mirrors: request.mirrors });
      onProgress({ phase: 'download', loadedBytes: 3e9, totalBytes: 5e9 });
      return new Promise((_, reject) => {
        stop = () => reject(Object.assign(new Error('Stopped.'), { name: 'StoppedError', code: 'stopped' }));
      });
    },
    pause: (paused) => asked.push(paused),
    stop: () => stop(),
  });
  const fetching = own.fetch(part);
  await expect.poll(() => own.fetching?.loadedBytes).toBe(3e9);
  own.pause(true);
  expect(own.paused).toBe(true);
  own.pause(false);
  own.stop();
  await fetching;
  expect(asked).toEqual([{ variant: 'q4', mirrors: ['https://a.test/'] }, true, false]);
  expect([own.fetching, own.said]).toEqual([undefined, 'Stopped. What was done by then stays.']);
});
