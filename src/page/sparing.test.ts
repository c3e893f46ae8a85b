import { expect, test } from 'vitest';
import { DeviceError } from '../errors.ts';
import type { StoryEvent } from '../story/events.ts';
import { createOwnSparing } from './sparing.ts';

const lost = new DeviceError('lost', 'The GPU device was lost.');
const failed = (code: string): StoryEvent => ({
  ...{ kind: 'picture-failed', page: 3 },
  error: { name: 'DeviceError', code, message: 'It went wrong.' },
});
const teller = { canSpare: true, smaller: { id: 'q2' } as never };

test('a picture that fails for want of memory sends its page round again, once', () => {
  const sparing = createOwnSparing();
  let spent: unknown;
  try {
    sparing.check(failed('lost'), teller);
  } catch (error) {
    spent = error;
  }
  expect(sparing.spare(spent, teller, 1)).toBe(3);
  expect(sparing.thrifty).toBe(true);
  sparing.check(failed('lost'), teller);
  expect(sparing.spare(lost, teller, 1)).toBeUndefined();
});

test('a writer that is lost begins the page again that was not over', () => {
  const sparing = createOwnSparing();
  expect(sparing.spare(lost, teller, 2)).toBe(3);
});

test('what is no want of memory, or cannot take less, is left as it is', () => {
  const sparing = createOwnSparing();
  sparing.check(failed('engine'), teller);
  sparing.check({ kind: 'finished', end: 'story' }, teller);
  sparing.check(failed('lost'), { ...teller, canSpare: false });
  sparing.check(failed('lost'), undefined);
  expect(sparing.spare(new Error('no'), teller, 2)).toBeUndefined();
  expect(sparing.thrifty).toBe(false);
});

test('a smaller variant is named where it may help', () => {
  const sparing = createOwnSparing();
  const plain = { name: 'DeviceError', code: 'lost', message: '' };
  expect(sparing.smallerFor(plain, teller)).toBe('q2');
  expect(sparing.smallerFor({ ...plain, code: 'hang' }, teller)).toBeUndefined();
  expect(sparing.smallerFor(plain, undefined)).toBeUndefined();
});
