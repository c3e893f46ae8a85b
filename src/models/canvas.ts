/** Where a picture comes into being: its latents and their history, on the GPU by our kernels, or on the CPU by loops. */
import type { Tensor } from 'onnxruntime-web';
import { createBuffer, createBufferFrom, readBack } from '../gpu/buffers.ts';
import { runKernel } from '../gpu/kernel.ts';
import { noiseKernel, packMatrix, pixelsKernel, previewKernel, stepKernel } from '../gpu/kernels.ts';
import { normals } from '../gpu/philox.ts';
import { type Guidance, pixels, preview, type StepCoefficients, step } from '../gpu/reference.ts';
import type { ModelShape, Pixels } from '../stages.ts';
import type { PreviewMatrix } from '../weights/manifest.ts';
import type { Engine } from './engine.ts';
import { pictureStream } from './random.ts';

export interface Canvas {
  /** Elements of the latents, c·h·w. */
  readonly n: number;
  /** What the UNet reads: [copies, c, h, w]. */
  readonly sample: Tensor;
  /** Fills the sample with the noise of this page. */
  begin(seed: number, page: number): Promise<void>;
  step(prediction: Tensor, of: StepCoefficients, guidance: Guidance): Promise<void>;
  /** The picture as it looks now, one pixel per latent cell. */
  preview(): Promise<Pixels>;
  /** Finished latents times `scale`: [1, c, h, w]. */
  latents(scale: number): Promise<Tensor>;
  /** [1, 3, h, w] in −1…1 as bytes. */
  pixels(image: Tensor): Promise<Pixels>;
  close(): void;
}

export interface CanvasSize {
  readonly shape: ModelShape;
  readonly copies: number;
  readonly slots: number;
  readonly matrix: PreviewMatrix;
}

const NO_GUIDANCE: Guidance = { scale: 1, conditionedAt: 0, nullAt: 0 };

export function cpuCanvas(engine: Engine, { shape, copies, slots, matrix }: CanvasSize): Canvas {
  const [c, h, w] = shape.latent;
  const n = c * h * w;
  const sample = new Float32Array(copies * n);
  const history = new Float32Array(Math.max(slots, 1) * n);
  const clean = new Float32Array(n);
  const { Tensor: OrtTensor } = engine.ort;
  return {
    n,
    sample: new OrtTensor('float32', sample, [copies, c, h, w]),
    async begin(seed, page) {
      const noise = normals(seed, pictureStream(page), n);
      for (let copy = 0; copy < copies; copy++) sample.set(noise, copy * n);
    },
    async step(prediction, of, guidance) {
      step({ prediction: prediction.data as Float32Array, sample, history, clean }, of, guidance);
    },
    preview: async () => ({ width: w, height: h, data: preview(clean, matrix, h * w) }),
    latents: async (scale) =>
      new OrtTensor(
        'float32',
        sample.subarray(0, n).map((x) => x * scale),
        [1, c, h, w],
      ),
    pixels: async (image) => ({
      width: shape.image[1],
      height: shape.image[0],
      data: pixels(image.data as Float32Array),
    }),
    close() {},
  };
}

export function gpuCanvas(engine: Engine, { shape, copies, slots, matrix }: CanvasSize): Canvas {
  const device = engine.gpu?.device as GPUDevice;
  const [c, h, w] = shape.latent;
  const [height, width] = shape.image;
  const n = c * h * w;
  const make = (label: string, count: number) => createBuffer(device, label, 4 * count);
  const sample = make('sample', copies * n);
  const history = make('history', Math.max(slots, 1) * n);
  const clean = make('clean', n);
  const small = make('preview', h * w);
  const large = make('pixels', height * width);
  const colours = createBufferFrom(device, 'preview matrix', packMatrix(matrix));
  const { Tensor: OrtTensor } = engine.ort;
  const asTensor = (buffer: GPUBuffer, dims: number[]) =>
    OrtTensor.fromGpuBuffer(buffer, { dataType: 'float32', dims });
  const bytes = async (from: GPUBuffer, count: number) =>
    new Uint8ClampedArray(await readBack(device, from, 4 * count));
  const buffers = { sample, history, clean, n, copies, slots };
  return {
    n,
    sample: asTensor(sample, [copies, c, h, w]) as Tensor,
    begin: (seed, page) => runKernel(device, noiseKernel(sample, seed, pictureStream(page), n, copies)),
    step(prediction, of, guidance) {
      return runKernel(device, stepKernel({ ...buffers, prediction: prediction.gpuBuffer as GPUBuffer }, of, guidance));
    },
    async preview() {
      await runKernel(device, previewKernel(clean, colours, small, c, h * w));
      return { width: w, height: h, data: await bytes(small, h * w) };
    },
    async latents(scale) {
      // The step kernel as a plain multiplication, x' = scale·x; any other buffer may be the prediction.
      const of = { next: { sample: scale, guided: 0, history: [] }, keep: null, clean: { sample: scale, guided: 0 } };
      await runKernel(device, stepKernel({ ...buffers, prediction: large, copies: 1, slots: 0 }, of, NO_GUIDANCE));
      return asTensor(clean, [1, c, h, w]) as Tensor;
    },
    async pixels(image) {
      await runKernel(device, pixelsKernel(image.gpuBuffer as GPUBuffer, large, height * width));
      return { width, height, data: await bytes(large, height * width) };
    },
    close() {
      for (const buffer of [sample, history, clean, small, large, colours]) buffer.destroy();
    },
  };
}
