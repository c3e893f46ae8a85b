/** The kernels with their arguments. Every buffer may be the inference engine's own. */
import type { Kernel } from './kernel.ts';
import noiseCode from './kernels/noise.wgsl?raw';
import pixelsCode from './kernels/pixels.wgsl?raw';
import previewCode from './kernels/preview.wgsl?raw';
import stepCode from './kernels/step.wgsl?raw';
import topKCode from './kernels/top-k.wgsl?raw';
import type { Guidance, PreviewMatrix, StepCoefficients, TopKSettings } from './reference.ts';

const groupSize = 64;
const groups = (threads: number) => Math.ceil(threads / groupSize);
const words = (...values: number[]) =>
  Uint32Array.from({ length: Math.ceil(values.length / 4) * 4 }, (_, i) => values[i] ?? 0);

/** noise: [copies, n] */
export function noiseKernel(noise: GPUBuffer, seed: number, stream: number, n: number, copies: number): Kernel {
  return {
    label: 'noise',
    code: noiseCode,
    bindings: [{ buffer: noise, sizeBytes: 4 * n * copies }, { uniform: words(seed, stream, n, copies).buffer }],
    workgroups: groups(n / 4),
  };
}

export interface StepBuffers {
  readonly prediction: GPUBuffer;
  readonly sample: GPUBuffer;
  readonly history: GPUBuffer;
  readonly clean: GPUBuffer;
  /** Elements of one copy, copies in prediction and sample, slots of the history. */
  readonly n: number;
  readonly copies: number;
  readonly slots: number;
}

export function stepKernel(buffers: StepBuffers, of: StepCoefficients, guidance: Guidance): Kernel {
  const { n, copies, slots } = buffers;
  const uniform = new ArrayBuffer(80);
  const history = [0, 1, 2, 3].map((k) => of.next.history[k] ?? 0);
  new Float32Array(uniform, 0, 12).set([
    ...[of.next.sample, of.next.guided, guidance.scale, 0],
    ...history,
    ...[of.keep?.sample ?? 0, of.keep?.guided ?? 0, of.clean.sample, of.clean.guided],
  ]);
  new Uint32Array(uniform, 48).set([n, copies, of.keep?.slot ?? slots, slots, guidance.conditionedAt, guidance.nullAt]);
  return {
    label: 'step',
    code: stepCode,
    bindings: [
      { buffer: buffers.prediction, sizeBytes: 4 * n * copies },
      { buffer: buffers.sample, sizeBytes: 4 * n * copies },
      { buffer: buffers.history, sizeBytes: 4 * n * Math.max(slots, 1) },
      { buffer: buffers.clean, sizeBytes: 4 * n },
      { uniform },
    ],
    workgroups: groups(n),
  };
}

/** The preview matrix as the kernel reads it, [3, channels + 1]. */
export function packMatrix(matrix: PreviewMatrix): Float32Array<ArrayBuffer> {
  return Float32Array.from(matrix.weight.flatMap((row, colour) => [...row, matrix.bias[colour] as number]));
}

/** latents: [channels, count] → rgba: [count]. matrix: what packMatrix gives. */
export function previewKernel(
  latents: GPUBuffer,
  matrix: GPUBuffer,
  rgba: GPUBuffer,
  channels: number,
  count: number,
): Kernel {
  return {
    label: 'preview',
    code: previewCode,
    bindings: [
      { buffer: latents, sizeBytes: 4 * channels * count },
      { buffer: matrix, sizeBytes: 12 * (channels + 1) },
      { buffer: rgba, sizeBytes: 4 * count },
      { uniform: words(count, channels).buffer },
    ],
    workgroups: groups(count),
  };
}

/** picture: [3, count] → rgba: [count + 1], whose last word grows by the number of values that are not finite. */
export function pixelsKernel(picture: GPUBuffer, rgba: GPUBuffer, count: number): Kernel {
  return {
    label: 'pixels',
    code: pixelsCode,
    bindings: [
      { buffer: picture, sizeBytes: 12 * count },
      { buffer: rgba, sizeBytes: 4 * (count + 1) },
      { uniform: words(count).buffer },
    ],
    workgroups: groups(count),
  };
}

/** Bits for the top-k kernel: [⌈count / 32⌉, 2], eligible beside penalised. */
export function packMarks(
  count: number,
  eligible: (id: number) => boolean,
  penalised: Iterable<number>,
): Uint32Array<ArrayBuffer> {
  const marks = new Uint32Array(2 * Math.ceil(count / 32));
  for (let id = 0; id < count; id++) if (eligible(id)) (marks[2 * (id >> 5)] as number) |= 1 << (id & 31);
  for (const id of penalised) (marks[2 * (id >> 5) + 1] as number) |= 1 << (id & 31);
  return marks;
}

/** out: 2·k + 2 words, see the kernel. k: 1…64; temperature: above 0. */
export function topKKernel(
  logits: GPUBuffer,
  marks: GPUBuffer,
  out: GPUBuffer,
  of: TopKSettings & { readonly count: number },
): Kernel {
  const uniform = words(of.count, of.k, 0, 0).buffer;
  new Float32Array(uniform, 8).set([of.temperature, of.penalty]);
  return {
    label: 'top-k',
    code: topKCode,
    bindings: [
      { buffer: logits, sizeBytes: 4 * of.count },
      { buffer: marks, sizeBytes: 8 * Math.ceil(of.count / 32) },
      { buffer: out, sizeBytes: 4 * (2 * of.k + 2) },
      { uniform },
    ],
    workgroups: 1,
  };
}
