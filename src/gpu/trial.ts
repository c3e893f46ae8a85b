/** Whether a GPU computes rightly and how fast, before gigabytes are fetched for it. */
import { createBuffer, readBack } from './buffers.ts';
import { runKernel } from './kernel.ts';
import { noiseKernel } from './kernels.ts';
import { normals } from './philox.ts';

export interface Trial {
  /** All numbers equal those of the CPU. */
  readonly right: boolean;
  /** Normal deviates per second; one takes about a hundred operations. */
  readonly perSecond: number;
}

const COUNT = 2 ** 16;
/** The kernel's cosine and logarithm differ from the CPU's in the last bits of a float32. */
const TOLERANCE = 1e-3;

/** Runs for at most `limitMs`: once to compare, then again and again to see how fast it is. */
export async function tryGpu(device: GPUDevice, limitMs = 1000): Promise<Trial> {
  const noise = createBuffer(device, 'trial', 4 * COUNT);
  try {
    const started = performance.now();
    await runKernel(device, noiseKernel(noise, 1, 1, COUNT, 1));
    const got = new Float32Array(await readBack(device, noise, 4 * COUNT));
    const wanted = normals(1, 1, COUNT);
    const right = wanted.every((value, i) => Math.abs(value - (got[i] as number)) <= TOLERANCE);
    let runs = 0;
    const warm = performance.now();
    while (right && performance.now() - started < limitMs) {
      for (let i = 0; i < 8; i++) await runKernel(device, noiseKernel(noise, 1, ++runs, COUNT, 1));
      await device.queue.onSubmittedWorkDone();
    }
    return { right, perSecond: (1000 * COUNT * runs) / Math.max(performance.now() - warm, 1) };
  } finally {
    noise.destroy();
  }
}
