import { afterEach, beforeEach, expect, test } from 'vitest';
import { WeightsError } from '../errors.ts';
import { expose, proxy, wrap } from './wire.ts';

interface Far {
  fail(kind: 'ours' | 'foreign' | 'none'): Promise<void>;
  count(to: number, onStep: (step: number) => void): Promise<number>;
}

let ends: MessageChannel;
let far: Far;

beforeEach(() => {
  ends = new MessageChannel();
  expose(
    {
      async fail(kind) {
        if (kind === 'ours') throw new WeightsError('corrupt', 'unet.data is damaged.');
        if (kind === 'foreign') throw new RangeError('out of range');
        throw 'a word';
      },
      async count(to, onStep) {
        for (let step = 1; step <= to; step++) await onStep(step);
        return to;
      },
    } satisfies Far,
    ends.port1,
  );
  far = wrap<Far>(ends.port2);
});
afterEach(() => {
  ends.port1.close();
  ends.port2.close();
});

test('an error keeps its name, code and message on its way out of a worker', async () => {
  await expect(far.fail('ours')).rejects.toMatchObject({
    name: 'WeightsError',
    code: 'corrupt',
    message: 'unet.data is damaged.',
  });
  await expect(far.fail('foreign')).rejects.toMatchObject({ name: 'RangeError', code: 'unexpected' });
  await expect(far.fail('none')).rejects.toMatchObject({ code: 'unexpected', message: 'a word' });
});

test('callbacks are heard in order, and all before the answer when they are awaited', async () => {
  const heard: number[] = [];
  expect(
    await far.count(
      5,
      proxy((step) => heard.push(step)),
    ),
  ).toBe(5);
  expect(heard).toEqual([1, 2, 3, 4, 5]);
});
