/** The picture half: vokens become a picture, one denoising step at a time. */
import type { Tensor } from 'onnxruntime-web';
import { DeviceError } from '../errors.ts';
import type { Pixels } from '../stages.ts';
import type { PictureSettings } from '../story/events.ts';
import { bytesOf, type Files } from '../weights/files.ts';
import type { GraphName, ModelEntry, Variant } from '../weights/manifest.ts';
import { type Canvas, cpuCanvas, gpuCanvas } from './canvas.ts';
import { hear } from './conditioning.ts';
import type { Engine, Feeds, Graph } from './engine.ts';
import { stepStream } from './random.ts';
import { planSampling } from './schedule.ts';
import { breathe } from './turn.ts';

export const PAINTER_GRAPHS: readonly GraphName[] = ['mapper', 'unet', 'vae_decoder', 'vae_decoder_f32', 'preview'];

export interface PaintJob {
  /** [K, D] */
  readonly vokens: Float32Array;
  readonly seed: number;
  readonly page: number;
  readonly settings: PictureSettings;
}

export interface PaintListener {
  preview(step: number, steps: number, pixels: Pixels): void;
  /** So many values of the picture were not finite; it is decoded again in float32. */
  decodesAgain?(notFinite: number): void;
}

export interface PicturePainter {
  /** undefined when stopped. Rejects with DeviceError where the picture is not finite in float32 either. */
  paint(job: PaintJob, listener: PaintListener): Promise<Pixels | undefined>;
  stop(): void;
  close(): Promise<void>;
}

export async function createPainter(
  engine: Engine,
  model: ModelEntry,
  variant: Variant,
  files: Files,
): Promise<PicturePainter> {
  const mapper = await engine.open('mapper', variant, files, ['conditioning']);
  const unet = await engine.open('unet', variant, files, ['noise_pred']);
  const decoder = createDecoder(engine, variant, files, await engine.open('vae_decoder', variant, files, ['image']));
  const small = variant.graphs.preview && (await engine.open('preview', variant, files, ['image']));
  const { shape, picture } = model;
  const { Tensor } = engine.ort;
  const nullBytes = await bytesOf(files, picture.nullConditioning);
  const nullConditioning = new Float32Array(nullBytes.buffer); // [L, C]
  let stopped = false;

  async function paint(job: PaintJob, listener: PaintListener): Promise<Pixels | undefined> {
    const { vokens, seed, page, settings } = job;
    const copies = settings.guidance === 1 ? 1 : 2;
    const plan = planSampling(picture.schedule, settings.sampler, settings.steps);
    const heard = await hear(engine, mapper, shape, vokens, nullConditioning, copies);
    const size = { shape, copies, slots: plan.slots, matrix: picture.previewMatrix };
    const canvas: Canvas = engine.gpu ? gpuCanvas(engine, size) : cpuCanvas(engine, size);
    try {
      await canvas.begin(seed, page);
      const guidance = { scale: settings.guidance, conditionedAt: copies === 2 ? canvas.n : 0, nullAt: 0 };
      for (const [k, call] of plan.calls.entries()) {
        await breathe();
        if (stopped) return undefined;
        const timestep = new Tensor('float32', Float32Array.of(call.timestep), [1]);
        const feeds = { sample: canvas.sample, timestep, encoder_hidden_states: heard.tensor };
        if (call.noisy) await canvas.disturb(seed, stepStream(page, k + 1));
        await withOutput(unet, feeds, 'noise_pred', (prediction) => canvas.step(prediction, call, guidance));
        if (k + 1 < plan.calls.length) listener.preview(k + 1, plan.calls.length, await lookAt(canvas, small));
      }
      await breathe();
      if (stopped) return undefined;
      return await decoder.decode(canvas, await canvas.latents(1 / picture.scalingFactor), listener);
    } finally {
      canvas.close();
      heard.close();
    }
  }

  return {
    paint(job, listener) {
      stopped = false;
      return engine.guard(() => paint(job, listener));
    },
    stop() {
      stopped = true;
    },
    close: () => engine.close(),
  };
}

async function lookAt(canvas: Canvas, small: Graph | undefined): Promise<Pixels> {
  if (!small) return canvas.preview();
  return withOutput(small, { latents: canvas.clean }, 'image', async (image) => (await canvas.pixels(image)).pixels);
}

/** Latents to the finished picture; in float32, from the first picture on that needs it. */
function createDecoder(engine: Engine, variant: Variant, files: Files, usual: Graph) {
  let exact: Graph | undefined;
  const run = (graph: Graph, latents: Tensor, canvas: Canvas) =>
    withOutput(graph, { latents }, 'image', (image) => canvas.pixels(image));
  return {
    async decode(canvas: Canvas, latents: Tensor, listener: PaintListener): Promise<Pixels> {
      let { pixels, notFinite } = await run(exact ?? usual, latents, canvas);
      if (notFinite > 0 && !exact && variant.graphs.vae_decoder_f32) {
        listener.decodesAgain?.(notFinite);
        exact = await engine.open('vae_decoder_f32', variant, files, ['image']);
        ({ pixels, notFinite } = await run(exact, latents, canvas));
      }
      if (notFinite === 0) return pixels;
      throw new DeviceError(
        'engine',
        `${notFinite} values of the picture are no numbers: it overflowed. Try fewer or more steps, or another backend.`,
      );
    },
  };
}

async function withOutput<T>(graph: Graph, feeds: Feeds, name: string, use: (of: Tensor) => Promise<T>): Promise<T> {
  const output = (await graph.run(feeds))[name];
  if (!output) throw new Error(`${graph.name} gave no ${name}.`);
  try {
    return await use(output);
  } finally {
    output.dispose();
  }
}
