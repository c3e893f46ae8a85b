import { expect, test, vi } from 'vitest';
import type { HeldModel } from '../weights/held-models.ts';
import type { Keeper } from '../weights/keeper.ts';
import { createOwnHeld } from './own-held.ts';

const key = { id: 'tiny', revision: 'abc' };
const held = { model: { ...key, title: 'Tiny' }, state: 'whole', heldBytes: 5, totalBytes: 5 } as unknown as HeldModel;

function staged(keeper: Partial<Keeper>) {
  const end = vi.fn();
  const heard: string[] = [];
  const own = createOwnHeld(
    () => 'https://host.test/workers/weights.js',
    () => heard.push(own.said),
    () => ({ end, remote: { list: async () => [held], stop() {}, ...keeper } as Keeper }),
  );
  return { own, end, heard };
}

test('what is held is listed, and the worker goes', async () => {
  const { own, end } = staged({});
  await own.list();
  expect(own.entries).toEqual([held]);
  expect(end).toHaveBeenCalledTimes(1);
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
  expect(end).toHaveBeenCalledTimes(2);
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
