import { expect, test } from 'vitest';
import { createLasting } from './lasting.ts';

const of = (storage: Parameters<typeof createLasting>[1]) => createLasting(() => {}, storage);

test('a promise that is refused is known, can be asked for again, and may be given then (R17)', async () => {
  const answers = [false, true];
  const lasting = of(() => ({ persisted: async () => false, persist: async () => answers.shift() as boolean }));
  expect(lasting.promised).toBeUndefined();
  await lasting.look();
  expect([lasting.promised, lasting.refused]).toEqual([false, false]);
  await lasting.ask();
  expect([lasting.promised, lasting.refused]).toEqual([false, true]);
  await lasting.ask();
  expect([lasting.promised, lasting.refused]).toEqual([true, false]);
});

test('a browser that does not say is believed neither way', async () => {
  const refuses = { persisted: () => Promise.reject(new Error('no')) };
  for (const storage of [undefined, {}, refuses]) {
    const lasting = of(() => storage);
    await lasting.look();
    expect([lasting.promised, lasting.refused]).toEqual([undefined, false]);
  }
});
