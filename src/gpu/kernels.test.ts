import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chooseCandidate, chooseToken } from '../models/choice.ts';
import { createBufferFrom, readBack } from './buffers.ts';
import { dawn } from './dawn.ts';
import { runKernel } from './kernel.ts';
import { noiseKernel, packMarks, packMatrix, pixelsKernel, previewKernel, stepKernel, topKKernel } from './kernels.ts';
import { normals } from './philox.ts';
import { pixels, preview, step } from './reference.ts';

const sizes = [1, 63, 64, 65, 4097];
const gpu = await dawn();
if (!gpu) console.warn('SKIPPED: no Vulkan adapter for Dawn. The kernels are tested in the browser only.');

describe.skipIf(!gpu)('kernels equal their plain versions', () => {
  let device: GPUDevice;
  beforeAll(async () => {
    device = await (gpu as GPUAdapter).requestDevice();
  });
  afterAll(() => device?.destroy());

  const buffer = (data: ArrayBufferView<ArrayBuffer>) => createBufferFrom(device, 'test', data);
  const empty = (count: number) => buffer(new Uint32Array(count));
  const floats = async (from: GPUBuffer, count: number) => new Float32Array(await readBack(device, from, 4 * count));
  const close = (a: Float32Array, b: Float32Array, tolerance: number) =>
    a.forEach((value, i) => {
      if (!(Math.abs(value - (b[i] as number)) <= tolerance)) expect(value, `element ${i}`).toBe(b[i]);
    });

  test.each(sizes)('noise, %i', async (n) => {
    const noise = empty(2 * n);
    await runKernel(device, noiseKernel(noise, 4_000_000_007, 9, n, 2));
    const expected = normals(4_000_000_007, 9, n);
    const got = await floats(noise, 2 * n);
    close(got.subarray(0, n), expected, 2e-5);
    expect(got.subarray(n)).toEqual(got.subarray(0, n));
  });

  test.each(sizes)('step, %i', async (n) => {
    const of = {
      next: { sample: 0.9, guided: -0.4, history: [0.5, 0, -0.25] },
      keep: { slot: 1, sample: 0.1, guided: 0.7 },
      clean: { sample: 0.3, guided: -0.6 },
    };
    const guidance = { scale: 3, conditionedAt: n, nullAt: 0 };
    const sample = new Float32Array([...normals(1, 1, n), ...normals(1, 1, n)]);
    const arrays = {
      prediction: normals(1, 2, 2 * n),
      sample,
      history: normals(1, 3, 3 * n),
      clean: new Float32Array(n),
    };
    const [prediction, x, history, clean] = Object.values(arrays).map(buffer) as [
      GPUBuffer,
      GPUBuffer,
      GPUBuffer,
      GPUBuffer,
    ];
    await runKernel(
      device,
      stepKernel({ prediction, sample: x, history, clean, n, copies: 2, slots: 3 }, of, guidance),
    );
    step(arrays, of, guidance);
    close(await floats(x, 2 * n), arrays.sample, 1e-5);
    close(await floats(history, 3 * n), arrays.history, 1e-5);
    close(await floats(clean, n), arrays.clean, 1e-5);
  });

  test.each(sizes)('preview and pixels, %i', async (n) => {
    const latents = normals(2, 1, 8 * n);
    const matrix = { weight: [0, 1, 2].map((c) => [...normals(2, 2 + c, 8)].map((v) => v / 8)), bias: [0.5, 0.4, 0.6] };
    const [rgba, shown] = [empty(n), empty(n)];
    await runKernel(device, previewKernel(buffer(latents), buffer(packMatrix(matrix)), rgba, 8, n));
    const within = (got: ArrayBuffer, expected: Uint8ClampedArray) =>
      new Uint8Array(got).forEach((byte, i) => {
        if (Math.abs(byte - (expected[i] as number)) > 1) expect(byte, `byte ${i}`).toBe(expected[i]);
      });
    within(await readBack(device, rgba, 4 * n), preview(latents, matrix, n));
    const picture = normals(3, 1, 3 * n);
    await runKernel(device, pixelsKernel(buffer(picture), shown, n));
    within(await readBack(device, shown, 4 * n), pixels(picture));
  });

  test.each(sizes)('top-k, %i', async (n) => {
    const logits = normals(4, 1, n).map((value) => Math.fround(Math.round(value * 8) / 4)); // with ties
    const eligible = (id: number) => n === 1 || id % 7 !== 3;
    const generated = [0, Math.floor(n / 2)];
    const k = 50;
    const out = empty(2 * k + 2);
    const marks = buffer(packMarks(n, eligible, generated));
    await runKernel(device, topKKernel(buffer(logits), marks, out, { count: n, k, temperature: 0.8, penalty: 1.3 }));
    const raw = await readBack(device, out, 4 * (2 * k + 2));
    const found = new Uint32Array(raw)[2 * k + 1] as number;
    const candidates = {
      ids: new Uint32Array(raw, 0, found),
      logits: new Float32Array(raw, 4 * k, found),
      logSumExp: new Float32Array(raw)[2 * k] as number,
      complete: found < k,
    };
    const sampling = { temperature: 0.8, topP: 0.95, topK: 50, repetitionPenalty: 1.3 };
    for (const u of [0.001, 0.2, 0.5, 0.9, 0.999]) {
      const expected = chooseToken(logits, sampling, eligible, generated, u);
      const got = chooseCandidate(candidates, sampling, u);
      expect(got?.id).toBe(expected.id);
      expect(got?.probability).toBeCloseTo(expected.probability, 4);
    }
  });
});
