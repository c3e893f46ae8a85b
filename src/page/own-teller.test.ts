import { expect, test, vi } from 'vitest';
import { createOwnTeller } from './own-teller.ts';
import type { createTeller, TellerOptions } from './teller.ts';

const options: TellerOptions = { base: 'https://books.test/', model: '', variant: 'auto', backend: 'auto', memory: 0 };
const lost = { name: 'DeviceError', code: 'lost', message: 'The GPU was lost.' };

function counted() {
  const ended: number[] = [];
  let made = 0;
  const create = vi.fn(async () => {
    made += 1;
    const number = made;
    return { number, end: () => ended.push(number) };
  });
  const own = createOwnTeller(create as unknown as typeof createTeller);
  const ready = async (change: Partial<TellerOptions> = {}) => {
    const teller = await own.ready({ ...options, ...change }, () => {}, new AbortController().signal);
    return (teller as unknown as { readonly number: number }).number;
  };
  return { own, ready, ended, create };
}

test('one teller tells all stories of the same options', async () => {
  const { ready, ended } = counted();
  expect([await ready(), await ready()]).toEqual([1, 1]);
  expect(ended).toEqual([]);
});

test('other options end it and make another', async () => {
  const { ready, ended } = counted();
  for (const change of [{}, { backend: 'wasm' }, { variant: 'q4f16' }, { model: 'big' }, { base: '/' }] as const) {
    await ready(change);
  }
  expect(ended).toEqual([1, 2, 3, 4]);
});

test('a lost device, or a fault of an unknown kind, is the last of its teller; a bad prompt is not', async () => {
  const { own, ready, ended } = counted();
  await ready();
  own.hear({ name: 'InputError', code: 'empty-prompt', message: '' });
  own.rest();
  expect(await ready()).toBe(1);
  own.hear(lost);
  // The story that runs keeps what still works.
  expect(ended).toEqual([]);
  own.rest();
  expect([ended, own.current]).toEqual([[1], undefined]);
  expect(await ready()).toBe(2);
  own.hear({ name: 'TypeError', code: 'unexpected', message: '' });
  expect(await ready()).toBe(3);
});

test('a load that fails leaves none, and the next try loads again', async () => {
  const { own, ready, create } = counted();
  create.mockRejectedValueOnce(new Error('unreachable'));
  await expect(ready()).rejects.toThrow('unreachable');
  expect(own.current).toBeUndefined();
  expect(await ready()).toBe(1);
});
