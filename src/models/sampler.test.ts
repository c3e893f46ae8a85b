import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBufferFrom } from '../gpu/buffers.ts';
import { dawn } from '../gpu/dawn.ts';
import { normals } from '../gpu/philox.ts';
import type { Sampling } from './choice.ts';
import type { Thought } from './context.ts';
import { createSampler } from './sampler.ts';

const gpu = await dawn();
if (!gpu) console.warn('SKIPPED: no Vulkan adapter for Dawn. Sampling is tested on the CPU only.');

describe.skipIf(!gpu)('the GPU chooses what the CPU chooses', () => {
  let device: GPUDevice;
  beforeAll(async () => {
    device = await (gpu as GPUAdapter).requestDevice();
  });
  afterAll(() => device?.destroy());

  const count = 509;
  const eligible = (id: number) => id % 7 !== 3;
  const thoughtOf = (logits: Float32Array<ArrayBuffer>, buffer?: GPUBuffer): Thought =>
    ({ logits: async () => logits, ...(buffer && { logitsBuffer: buffer }) }) as Thought;

  const settings: Sampling[] = [
    { temperature: 0.8, topP: 0.95, topK: 50, repetitionPenalty: 1.3 },
    { temperature: 0.5, topP: 0.6, topK: 0, repetitionPenalty: 1.1 },
    { temperature: 1.5, topP: 1, topK: 0, repetitionPenalty: 1 }, // more than the candidates: all logits are read
    { temperature: 1, topP: 0.9, topK: 100, repetitionPenalty: 1 },
    { temperature: 0, topP: 1, topK: 0, repetitionPenalty: 1.2 },
  ];
  test.each(settings)('$temperature, $topP, $topK, $repetitionPenalty', async (sampling) => {
    const logits = normals(4, 1, count).map((value) => Math.fround(Math.round(value * 8) / 4)); // with ties
    const buffer = createBufferFrom(device, 'logits', logits);
    const [onGpu, onCpu] = [createSampler(device, sampling, count), createSampler(undefined, sampling, count)];
    for (const u of [0.001, 0.2, 0.5, 0.9, 0.999]) {
      const got = await onGpu.choose(thoughtOf(logits, buffer), eligible, [0, 254, 254], u);
      const expected = await onCpu.choose(thoughtOf(logits), eligible, [0, 254, 254], u);
      expect(got.id).toBe(expected.id);
      expect(got.likeliest.map(({ id }) => id)).toEqual(expected.likeliest.map(({ id }) => id));
      // The log-sum-exp is float32 there.
      expect(got.probability).toBeCloseTo(expected.probability, 4);
    }
    onGpu.close();
    buffer.destroy();
  });

  test('an overflow is told with its place, and nothing eligible is told', async () => {
    const sampling = settings[0] as Sampling;
    const logits = normals(4, 1, count);
    const whole = createBufferFrom(device, 'logits', logits);
    const sampler = createSampler(device, sampling, count);
    await expect(sampler.choose(thoughtOf(logits, whole), () => false, [], 0.5)).rejects.toThrow(
      'No token is eligible',
    );
    const broken = logits.slice();
    broken[300] = Number.NaN;
    const buffer = createBufferFrom(device, 'logits', broken);
    await expect(sampler.choose(thoughtOf(broken, buffer), eligible, [], 0.5)).rejects.toThrow(`Logit 300 of ${count}`);
    sampler.close();
    for (const each of [whole, buffer]) each.destroy();
  });
});
