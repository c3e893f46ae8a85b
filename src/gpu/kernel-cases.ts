/** Every kernel beside its plain version: for any device, in node and in a browser's page. */
import { createBufferFrom, readBack } from './buffers.ts';
import { runKernel } from './kernel.ts';
import { noiseKernel, packMarks, packMatrix, pixelsKernel, previewKernel, stepKernel, topKKernel } from './kernels.ts';
import { normals } from './philox.ts';
import { pixels, preview, step, topK } from './reference.ts';

/** One below, at and above a workgroup; less than anything; more than many, and odd. */
export const sizes = [1, 63, 64, 65, 4097] as const;

export interface KernelCase {
  readonly name: string;
  /** Runs the kernel for n elements. Resolves to what differs from the plain version, in words: nothing, if all is well. */
  readonly differences: (device: GPUDevice, n: number) => Promise<string[]>;
}

export const kernelCases: readonly KernelCase[] = [
  { name: 'noise', differences: noise },
  { name: 'step', differences: steps },
  { name: 'preview', differences: previews },
  { name: 'pixels', differences: (device, n) => pictures(device, n, []) },
  { name: 'pixels of an overflow', differences: (device, n) => pictures(device, n, [NaN, Infinity, -Infinity]) },
  { name: 'top-k', differences: (device, n) => best(device, n, 50) },
  { name: 'top-k, the most', differences: (device, n) => best(device, n, 64) },
  { name: 'top-k of an overflow', differences: overflow },
];

async function noise(device: GPUDevice, n: number): Promise<string[]> {
  return withBuffers(device, { noise: new Float32Array(2 * n) }, async (on, read) => {
    await runKernel(device, noiseKernel(on.noise, 4_000_000_007, 9, n, 2));
    const wanted = normals(4_000_000_007, 9, n);
    // WGSL promises 2⁻²¹ of log where the radius is small, and float32 rounds the rest.
    return compare('noise', await read.floats('noise'), [...wanted, ...wanted], 2e-5);
  });
}

async function steps(device: GPUDevice, n: number): Promise<string[]> {
  const of = {
    next: { sample: 0.9, guided: -0.4, history: [0.5, 0, -0.25] },
    keep: { slot: 1, sample: 0.1, guided: 0.7 },
    clean: { sample: 0.3, guided: -0.6 },
  };
  const guidance = { scale: 3, conditionedAt: n, nullAt: 0 };
  const arrays = {
    prediction: normals(1, 2, 2 * n),
    sample: new Float32Array([...normals(1, 1, n), ...normals(1, 1, n)]),
    history: normals(1, 3, 3 * n),
    clean: new Float32Array(n),
  };
  // A slot of weight 0 may hold anything.
  arrays.history.fill(Number.NaN, n, 2 * n);
  return withBuffers(device, arrays, async (on, read) => {
    await runKernel(device, stepKernel({ ...on, n, copies: 2, slots: 3 }, of, guidance));
    step(arrays, of, guidance);
    const found = (['sample', 'history', 'clean'] as const).map(async (name) =>
      compare(name, await read.floats(name), arrays[name], 1e-5),
    );
    return (await Promise.all(found)).flat();
  });
}

async function previews(device: GPUDevice, n: number): Promise<string[]> {
  const latents = normals(2, 1, 8 * n);
  const matrix = { weight: [0, 1, 2].map((c) => [...normals(2, 2 + c, 8)].map((v) => v / 8)), bias: [0.5, 0.4, 0.6] };
  const arrays = { latents, matrix: packMatrix(matrix), rgba: new Uint32Array(n) };
  return withBuffers(device, arrays, async (on, read) => {
    await runKernel(device, previewKernel(on.latents, on.matrix, on.rgba, 8, n));
    // One off where float32 falls on the other side of a half.
    return compare('byte', new Uint8Array(await read.raw('rgba')), preview(latents, matrix, n), 1);
  });
}

/** @param bad values that stand in the first, and every 50th place of the picture after, in turn */
async function pictures(device: GPUDevice, n: number, bad: readonly number[]): Promise<string[]> {
  const arrays = { picture: normals(3, 1, 3 * n), rgba: new Uint32Array(n + 1) };
  for (let at = 0; at < 3 * n && bad.length > 0; at += 50) arrays.picture[at] = bad[(at / 50) % bad.length] as number;
  return withBuffers(device, arrays, async (on, read) => {
    await runKernel(device, pixelsKernel(on.picture, on.rgba, n));
    const raw = await read.raw('rgba');
    const wanted = pixels(arrays.picture);
    return [
      ...compare('byte', new Uint8Array(raw, 0, 4 * n), wanted.rgba, 1),
      ...compare('values that are not finite', new Uint32Array(raw, 4 * n), [wanted.notFinite], 0),
    ];
  });
}

async function best(device: GPUDevice, n: number, k: number): Promise<string[]> {
  const logits = normals(4, 1, n).map((value) => Math.fround(Math.round(value * 8) / 4)); // with ties
  if (n > 2) logits[2] = Number.NEGATIVE_INFINITY;
  return candidates(device, logits, k);
}

async function overflow(device: GPUDevice, n: number): Promise<string[]> {
  const faults: string[] = [];
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const logits = normals(4, 1, n);
    logits[n - 1] = bad;
    faults.push(...(await candidates(device, logits, 50)));
  }
  return faults;
}

async function candidates(device: GPUDevice, logits: Float32Array<ArrayBuffer>, k: number): Promise<string[]> {
  const count = logits.length;
  const marks = packMarks(count, (id) => count === 1 || id % 7 !== 3, [0, Math.floor(count / 2)]);
  const of = { count, k, temperature: 0.8, penalty: 1.3 };
  return withBuffers(device, { logits, marks, out: new Uint32Array(2 * k + 2) }, async (on, read) => {
    await runKernel(device, topKKernel(on.logits, on.marks, on.out, of));
    const raw = await read.raw('out');
    const found = new Uint32Array(raw)[2 * k + 1] as number;
    const wanted = topK(logits, marks, of);
    if (found !== wanted.ids.length) return [`found ${found} ids, not ${wanted.ids.length}`];
    if (found === 0) return [];
    return [
      ...compare('id', new Uint32Array(raw, 0, found), wanted.ids, 0),
      ...compare('score', new Float32Array(raw, 4 * k, found), wanted.scores, 1e-5),
      ...compare('log-sum-exp', new Float32Array(raw, 8 * k, 1), [wanted.logSumExp], 1e-4),
    ];
  });
}

type Arrays = Readonly<Record<string, ArrayBufferView<ArrayBuffer>>>;
interface Read<T> {
  raw(name: keyof T): Promise<ArrayBuffer>;
  floats(name: keyof T): Promise<Float32Array>;
}

/** Buffers that hold the arrays, for as long as `use` runs. */
async function withBuffers<T extends Arrays, R>(
  device: GPUDevice,
  arrays: T,
  use: (on: Readonly<Record<keyof T, GPUBuffer>>, read: Read<T>) => Promise<R>,
): Promise<R> {
  const entries = Object.entries(arrays).map(([name, data]) => [name, createBufferFrom(device, name, data)] as const);
  const on = Object.fromEntries(entries) as Record<keyof T, GPUBuffer>;
  const raw = (name: keyof T) => readBack(device, on[name], (arrays[name] as ArrayBufferView).byteLength);
  try {
    return await use(on, { raw, floats: async (name) => new Float32Array(await raw(name)) });
  } finally {
    for (const [, buffer] of entries) buffer.destroy();
  }
}

/** At most three of the elements that are further apart than the tolerance. */
function compare(what: string, got: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): string[] {
  if (got.length !== wanted.length) return [`${what}: ${got.length} elements, not ${wanted.length}`];
  return Array.from({ length: got.length }, (_, i) => i)
    .filter((i) => !(Math.abs((got[i] as number) - (wanted[i] as number)) <= tolerance))
    .slice(0, 3)
    .map((i) => `${what} ${i}: ${got[i]}, not ${wanted[i]}`);
}
