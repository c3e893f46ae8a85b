import { describe, expect, test } from 'vitest';
import { dawn } from './dawn.ts';
import { tryGpu } from './trial.ts';

const gpu = await dawn();
if (!gpu) console.warn('SKIPPED: no Vulkan adapter for Dawn. No GPU is tried.');

describe.skipIf(!gpu)('on a GPU', () => {
  test('right numbers pass, and their number in a second is told', async () => {
    const device = await ((await dawn()) as GPUAdapter).requestDevice();
    const { right, perSecond } = await tryGpu(device, 300);
    expect(right).toBe(true);
    expect(perSecond).toBeGreaterThan(1000);
    device.destroy();
  });

  test('a GPU that gives other numbers is found out', async () => {
    const device = await ((await dawn()) as GPUAdapter).requestDevice();
    // One number is spoiled where results are read back.
    const copy = device.createCommandEncoder.bind(device);
    device.createCommandEncoder = (of) => {
      const encoder = copy(of);
      const plain = encoder.copyBufferToBuffer.bind(encoder) as (...all: unknown[]) => void;
      encoder.copyBufferToBuffer = ((from: GPUBuffer, ...rest: unknown[]) => {
        device.queue.writeBuffer(from, 400, Float32Array.of(9));
        plain(from, ...rest);
      }) as typeof encoder.copyBufferToBuffer;
      return encoder;
    };
    expect((await tryGpu(device, 100)).right).toBe(false);
    device.destroy();
  });
});
