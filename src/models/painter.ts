/** The picture half: vokens become a picture, one denoising step at a time. */
import type { Pixels } from '../stages.ts';
import type { PictureSettings } from '../story/events.ts';
import { bytesOf, type Files } from '../weights/files.ts';
import type { GraphName, ModelEntry, Variant } from '../weights/manifest.ts';
import { type Canvas, cpuCanvas, gpuCanvas } from './canvas.ts';
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
  const mapper = await engine.open('mapper', variant, files);
  const unet = await engine.open('unet', variant, files, ['noise_pred']);
  const decoder = await engine.open('vae_decoder', variant, files, ['image']);
  const { shape, picture } = model;
  const { Tensor } = engine.ort;
  const nullBytes = bytesOf(files, picture.nullConditioning);
  const nullConditioning = new Float32Array(nullBytes.slice().buffer); // [L, C]
  let stopped = false;

  /** [copies, L, C]: nothing, then what the vokens say; without guidance only the latter. */
  async function conditioning(vokens: Float32Array, copies: number): Promise<Float32Array> {
    const input = new Tensor('float32', vokens, [1, shape.K, shape.D]);
    const out = await mapper.run({ voken_states: input });
    const said = (await out.conditioning?.getData()) as Float32Array;
    const both = new Float32Array(copies * shape.L * shape.C);
    if (copies === 2) both.set(nullConditioning, 0);
    both.set(said, both.length - said.length);
    out.conditioning?.dispose();
    return both;
  }

  return {
    async paint({ vokens, seed, page, settings }, onPreview) {
      engine.check();
      stopped = false;
      const copies = settings.guidance === 1 ? 1 : 2;
      const plan = planSampling(picture.schedule, settings.sampler, settings.steps);
      const heard = new Tensor('float32', await conditioning(vokens, copies), [copies, shape.L, shape.C]);
      const size = { shape, copies, slots: plan.slots, matrix: picture.previewMatrix };
      const canvas: Canvas = engine.gpu ? gpuCanvas(engine, size) : cpuCanvas(engine, size);
      try {
        await canvas.begin(seed, page);
        const guidance = { scale: settings.guidance, conditionedAt: copies === 2 ? canvas.n : 0, nullAt: 0 };
        for (const [k, call] of plan.calls.entries()) {
          await breathe();
          if (stopped) return undefined;
          const timestep = new Tensor('float32', Float32Array.of(call.timestep), [1]);
          const feeds = { sample: canvas.sample, timestep, encoder_hidden_states: heard };
          const { noise_pred } = await unet.run(feeds);
          if (!noise_pred) throw new Error('The UNet gave no noise_pred.');
          await canvas.step(noise_pred, call, guidance);
          noise_pred.dispose();
          if (k + 1 < plan.calls.length) onPreview(k + 1, plan.calls.length, await canvas.preview());
        }
        await breathe();
        return stopped ? undefined : await decode(decoder, canvas, model);
      } finally {
        canvas.close();
      }
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
