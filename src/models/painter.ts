/** The picture half: vokens become a picture, one denoising step at a time. */
import type { Pixels } from '../stages.ts';
import type { PictureSettings } from '../story/events.ts';
import { bytesOf, type Files } from '../weights/files.ts';
import type { GraphName, ModelEntry, Variant } from '../weights/manifest.ts';
import { type Canvas, cpuCanvas, gpuCanvas } from './canvas.ts';
import { hear } from './conditioning.ts';
import type { Engine, Graph } from './engine.ts';
import { planSampling } from './schedule.ts';
import { breathe } from './turn.ts';

export const PAINTER_GRAPHS: readonly GraphName[] = ['mapper', 'unet', 'vae_decoder'];

export interface PaintJob {
  /** [K, D] */
  readonly vokens: Float32Array;
  readonly seed: number;
  readonly page: number;
  readonly settings: PictureSettings;
}

export type OnPreview = (step: number, steps: number, pixels: Pixels) => void;

export interface PicturePainter {
  /** undefined when stopped. */
  paint(job: PaintJob, onPreview: OnPreview): Promise<Pixels | undefined>;
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
  const decoder = await engine.open('vae_decoder', variant, files, ['image']);
  const { shape, picture } = model;
  const { Tensor } = engine.ort;
  const nullBytes = bytesOf(files, picture.nullConditioning);
  const nullConditioning = new Float32Array(nullBytes.slice().buffer); // [L, C]
  let stopped = false;

  async function paint({ vokens, seed, page, settings }: PaintJob, onPreview: OnPreview): Promise<Pixels | undefined> {
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
        const { noise_pred } = await unet.run(feeds);
        if (!noise_pred) throw new Error('The UNet gave no noise_pred.');
        try {
          await canvas.step(noise_pred, call, guidance);
        } finally {
          noise_pred.dispose();
        }
        if (k + 1 < plan.calls.length) onPreview(k + 1, plan.calls.length, await canvas.preview());
      }
      await breathe();
      return stopped ? undefined : await decode(decoder, canvas, model);
    } finally {
      canvas.close();
      heard.close();
    }
  }

  return {
    paint(job, onPreview) {
      stopped = false;
      return engine.guard(() => paint(job, onPreview));
    },
    stop() {
      stopped = true;
    },
    close: () => engine.close(),
  };
}

async function decode(decoder: Graph, canvas: Canvas, model: ModelEntry): Promise<Pixels> {
  const { image } = await decoder.run({ latents: await canvas.latents(1 / model.picture.scalingFactor) });
  if (!image) throw new Error('The decoder gave no image.');
  try {
    return await canvas.pixels(image);
  } finally {
    image.dispose();
  }
}
