import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readBack } from './buffers.ts';
import { ANSWER_LIMIT_MS, inTime } from './in-time.ts';
import { runKernel } from './kernel.ts';

const never = () => new Promise<never>(() => {});
const seconds = `${ANSWER_LIMIT_MS / 1000} s`;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test('an answer, or a refusal, comes through as it is', async () => {
  expect(await inTime('It', 1000, Promise.resolve(7))).toBe(7);
  await expect(inTime('It', 1000, Promise.reject(new RangeError('no')))).rejects.toThrow(RangeError);
});

/** A device that does everything but answer. */
function silentDevice(destroyed: string[] = []): GPUDevice {
  const buffer = (label: string) => ({ mapAsync: never, destroy: () => destroyed.push(label) });
  const encoder = { copyBufferToBuffer() {}, finish() {} };
  return {
    createBuffer: ({ label }: { label: string }) => buffer(label),
    createCommandEncoder: () => encoder,
    createShaderModule: () => ({ getCompilationInfo: never }),
    createComputePipeline: () => ({}),
    pushErrorScope() {},
    popErrorScope: never,
    queue: { submit() {} },
  } as unknown as GPUDevice;
}

test('a map that never comes is given up, and its buffer is freed', async () => {
  const destroyed: string[] = [];
  const reading = expect(readBack(silentDevice(destroyed), {} as GPUBuffer, 16)).rejects.toMatchObject({
    name: 'DeviceError',
    code: 'hang',
    message: expect.stringContaining(seconds),
  });
  await vi.advanceTimersByTimeAsync(ANSWER_LIMIT_MS);
  await reading;
  expect(destroyed).toEqual(['read back']);
});

test('a kernel whose faults are never told is given up', async () => {
  const kernel = { label: 'noise', code: '', bindings: [], workgroups: 1 };
  const running = expect(runKernel(silentDevice(), kernel)).rejects.toMatchObject({ code: 'hang' });
  await vi.advanceTimersByTimeAsync(ANSWER_LIMIT_MS);
  await running;
});
