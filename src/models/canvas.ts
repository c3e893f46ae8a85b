/** Where a picture comes into being: its latents and their history, on the GPU by our kernels, or on the CPU by loops. */
import type { Tensor } from 'onnxruntime-web';
import { createBuffer, createBufferFrom, readBack, upload } from '../gpu/buffers.ts';
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
  /** Fills slot 0 of the history with noise of that stream. */
  disturb(seed: number, stream: number): Promise<void>;
  step(prediction: Tensor, of: StepCoefficients, guidance: Guidance): Promise<void>;
  /** The picture as it looks now, one pixel per latent cell. */
  preview(): Promise<Pixels>;
  /** The clean picture that the last step saw, as latents [1, c, h, w]. Void after the next step. */
  readonly clean: Tensor;
  /** Finished latents times `scale`: [1, c, h, w]. */
  latents(scale: number): Promise<Tensor>;
  /** [1, 3, h, w] in −1…1, no larger than the finished picture, as bytes. What is not finite is counted, and black. */
  pixels(image: Tensor): Promise<{ readonly pixels: Pixels; readonly notFinite: number }>;
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
    async disturb(seed, stream) {
      history.set(normals(seed, stream, n));
    },
    async step(prediction, of, guidance) {
      step({ prediction: prediction.data as Float32Array, sample, history, clean }, of, guidance);
    },
    preview: async () => ({ width: w, height: h, data: preview(clean, matrix, h * w) }),
    clean: new OrtTensor('float32', clean, [1, c, h, w]),
    latents: async (scale) =>
      new OrtTensor(
        'float32',
        sample.subarray(0, n).map((x) => x * scale),
        [1, c, h, w],
      ),
    async pixels(image) {
      const { rgba, notFinite } = pixels(image.data as Float32Array);
      const [height, width] = image.dims.slice(2) as [number, number];
      return { pixels: { width, height, data: rgba }, notFinite };
    },
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
  const large = make('pixels', height * width + 1);
  const colours = createBufferFrom(device, 'preview matrix', packMatrix(matrix));
  const { Tensor: OrtTensor } = engine.ort;
  const asTensor = (buffer: GPUBuffer, dims: number[]) =>
    OrtTensor.fromGpuBuffer(buffer, { dataType: 'float32', dims });
  const buffers = { sample, history, clean, n, copies, slots };
  return {
    n,
    sample: asTensor(sample, [copies, c, h, w]) as Tensor,
    begin: (seed, page) => runKernel(device, noiseKernel(sample, seed, pictureStream(page), n, copies)),
    disturb: (seed, stream) => runKernel(device, noiseKernel(history, seed, stream, n, 1)),
    step(prediction, of, guidance) {
      return runKernel(device, stepKernel({ ...buffers, prediction: prediction.gpuBuffer as GPUBuffer }, of, guidance));
    },
    async preview() {
      await runKernel(device, previewKernel(clean, colours, small, c, h * w));
      return { width: w, height: h, data: new Uint8ClampedArray(await readBack(device, small, 4 * h * w)) };
    },
    clean: asTensor(clean, [1, c, h, w]) as Tensor,
    async latents(scale) {
      // The step kernel as a plain multiplication, x' = scale·x; any other buffer may be the prediction.
      const of = { next: { sample: scale, guided: 0, history: [] }, keep: null, clean: { sample: scale, guided: 0 } };
      await runKernel(device, stepKernel({ ...buffers, prediction: large, copies: 1, slots: 0 }, of, NO_GUIDANCE));
      return asTensor(clean, [1, c, h, w]) as Tensor;
    },
    async pixels(image) {
      const [height, width] = image.dims.slice(2) as [number, number];
      const count = height * width;
      upload(device, large, new Uint32Array(1), 4 * count);
      await runKernel(device, pixelsKernel(image.gpuBuffer as GPUBuffer, large, count));
      const raw = await readBack(device, large, 4 * (count + 1));
      const pixels = { width, height, data: new Uint8ClampedArray(raw, 0, 4 * count) };
      return { pixels, notFinite: new Uint32Array(raw, 4 * count)[0] as number };
    },
    close() {
      for (const buffer of [sample, history, clean, small, large, colours]) buffer.destroy();
    },
  };
}
