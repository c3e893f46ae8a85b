import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DeviceError } from '../errors.ts';
import { oneAtATime } from './one-at-a-time.ts';

const soon = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('calls', () => {
  test('never overlap, and come in the order they were asked', async () => {
    const calls = oneAtATime();
    const log: string[] = [];
    const job = (name: string, ms: number) =>
      calls.do(name, 1000, async () => {
        log.push(`${name} begins`);
        await soon(ms);
        log.push(`${name} ends`);
        return name;
      });
    const all = Promise.all([job('a', 90), job('b', 10), job('c', 0)]);
    await vi.runAllTimersAsync();
    expect(await all).toEqual(['a', 'b', 'c']);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  test('that fail are named, and the next one is done', async () => {
    const calls = oneAtATime();
    const failing = calls.do('Running unet', 1000, () => Promise.reject(new Error('bad dims')));
    await expect(failing).rejects.toMatchObject({
      name: 'DeviceError',
      code: 'engine',
      message: expect.stringContaining('Running unet failed: bad dims.'),
    });
    expect(await calls.do('Running unet', 1000, async () => 7)).toBe(7);
    expect(await calls.guard(async () => 8)).toBe(8);
  });

  test('that never answer are given up, and nothing is run beside them', async () => {
    const calls = oneAtATime();
    const hanging = expect(calls.do('Running unet', 5000, () => new Promise(() => {}))).rejects.toMatchObject({
      code: 'hang',
      message: expect.stringContaining('5 s'),
    });
    const after = vi.fn(async () => 1);
    const next = expect(calls.do('Running mapper', 5000, after)).rejects.toMatchObject({ code: 'hang' });
    await vi.advanceTimersByTimeAsync(5000);
    await Promise.all([hanging, next]);
    expect(after).not.toHaveBeenCalled();
    await expect(calls.guard(async () => 8)).rejects.toThrow('did not answer');
  });

  test('under way when the device is lost are rejected at once, and all after them', async () => {
    let lose: (error: DeviceError) => void = () => {};
    const calls = oneAtATime(
      new Promise<DeviceError>((resolve) => {
        lose = resolve;
      }),
    );
    const running = expect(calls.do('Running unet', 5000, () => new Promise(() => {}))).rejects.toMatchObject({
      code: 'lost',
    });
    await vi.advanceTimersByTimeAsync(10);
    lose(new DeviceError('lost', 'The GPU device was lost.'));
    await running;
    await expect(calls.do('Running unet', 5000, async () => 1)).rejects.toMatchObject({ code: 'lost' });
  });
  test('beside the queue that fail as the device is lost tell of the loss', async () => {
    let lose: (error: DeviceError) => void = () => {};
    const lost = new Promise<DeviceError>((resolve) => {
      lose = resolve;
    });
    const calls = oneAtATime(lost);
    const aborted = new DOMException('Device lost while the map was pending.', 'AbortError');
    const failing = (code: string) =>
      expect(calls.guard(() => Promise.reject(aborted))).rejects.toMatchObject({ name: code });
    await failing('AbortError');
    const mapping = failing('DeviceError');
    lose(new DeviceError('lost', 'The GPU device was lost.'));
    await mapping;
    const after = vi.fn(async () => 1);
    await expect(calls.guard(after)).rejects.toMatchObject({ code: 'lost' });
    expect(after).not.toHaveBeenCalled();
  });
});
