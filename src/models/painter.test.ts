import { InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import { describe, expect, test } from 'vitest';
import type { Engine, Feeds, Graph } from './engine.ts';
import { createPainter } from './painter.ts';
import { randomStream, stepStream } from './random.ts';
import { shipped } from './shipped.ts';

const { model, variant, files } = shipped();
const { shape, picture } = model;
const [c, h, w] = shape.latent;
const [height, width] = shape.image;
const settings = { steps: 2, guidance: 1, sampler: picture.sampler };
const job = { vokens: new Float32Array(shape.K * shape.D), seed: 1, page: 1, settings };
const alike = { ...variant, graphs: { ...variant.graphs, vae_decoder_f32: variant.graphs.vae_decoder } };

/** An engine of graphs that answer at once: noise_pred 0, and pictures of one value per graph. */
function fakeEngine(values: Record<string, number>) {
  const ran: string[] = [];
  const feeds: Feeds[] = [];
  const filled = (value: number, dims: number[]) =>
    new Tensor('float32', new Float32Array(dims.reduce((a, b) => a * b)).fill(value), dims);
  const outputs: Record<string, () => Feeds> = {
    mapper: () => ({ conditioning: filled(0, [1, shape.L, shape.C]) }),
    unet: () => ({ noise_pred: filled(0, [...(feeds.at(-1)?.sample?.dims ?? [])]) }),
    preview: () => ({ image: filled(values.preview ?? 0, [1, 3, 2 * h, 2 * w]) }),
    vae_decoder: () => ({ image: filled(values.vae_decoder ?? 0, [1, 3, height, width]) }),
    vae_decoder_f32: () => ({ image: filled(values.vae_decoder_f32 ?? 0, [1, 3, height, width]) }),
  };
  const engine = {
    backend: 'wasm',
    ort: { Tensor, InferenceSession },
    gpu: undefined,
    open: async (name: Graph['name']): Promise<Graph> => ({
      name,
      inputs: [],
      async run(fed) {
        ran.push(name);
        feeds.push(fed);
        return (outputs[name] as () => Feeds)();
      },
    }),
    guard: (work: () => Promise<unknown>) => work(),
    close: async () => {},
  } as unknown as Engine;
  return { engine, ran, feeds };
}

describe('a picture that is not finite', () => {
  test('is decoded again in float32, from then on at once, and that is said', async () => {
    const { engine, ran } = fakeEngine({ vae_decoder: Number.NaN, vae_decoder_f32: 1 });
    const painter = await createPainter(engine, model, alike, files);
    const said: number[] = [];
    const listener = { preview() {}, decodesAgain: (notFinite: number) => said.push(notFinite) };
    const first = await painter.paint(job, listener);
    expect([...(first?.data.subarray(0, 4) ?? [])]).toEqual([255, 255, 255, 255]);
    expect([said, ran]).toEqual([[3 * width * height], ['mapper', 'unet', 'unet', 'vae_decoder', 'vae_decoder_f32']]);
    await painter.paint(job, listener);
    expect([said.length, ran.slice(5)]).toEqual([1, ['mapper', 'unet', 'unet', 'vae_decoder_f32']]);
  });

  test.each([
    ['where there is no other decoder', variant],
    ['where float32 does not help', alike],
  ])('is no picture %s', async (_, of) => {
    const { engine } = fakeEngine({ vae_decoder: Number.POSITIVE_INFINITY, vae_decoder_f32: Number.NaN });
    const painter = await createPainter(engine, model, of, files);
    await expect(painter.paint(job, { preview() {} })).rejects.toMatchObject({
      name: 'DeviceError',
      message: expect.stringContaining(`${3 * width * height} values of the picture are no numbers`),
    });
  });
});

test.each([
  [4, 1, 'ddim', 1],
  [4, 3, 'ddim', 2],
  [4, 1, 'dpm++2m', 1],
] as const)('%i steps with guidance %i of %s ask the UNet as often, for %i pictures each', async (...asked) => {
  const [steps, guidance, sampler, copies] = asked;
  const { engine, ran, feeds } = fakeEngine({});
  const painter = await createPainter(engine, model, variant, files);
  await painter.paint({ ...job, settings: { steps, guidance, sampler } }, { preview() {} });
  const fed = feeds.filter((_, i) => ran[i] === 'unet');
  expect(fed.map((each) => each.sample?.dims)).toEqual(Array(steps).fill([copies, c, h, w]));
  expect(fed.map((each) => each.encoder_hidden_states?.dims)).toEqual(Array(steps).fill([copies, shape.L, shape.C]));
});

test('a preview graph stands in for the matrix, and sees the clean picture', async () => {
  const { engine, ran, feeds } = fakeEngine({ preview: -1 });
  const painter = await createPainter(
    engine,
    model,
    { ...alike, graphs: { ...alike.graphs, preview: variant.graphs.unet } },
    files,
  );
  const seen: number[][] = [];
  await painter.paint(job, {
    preview: (...[step, steps, { width, height, data }]) => seen.push([step, steps, width, height, data[0] as number]),
  });
  expect(seen).toEqual([[1, 2, 2 * w, 2 * h, 0]]);
  expect(feeds[ran.indexOf('preview')]?.latents?.dims).toEqual([1, c, h, w]);
});

test('TCD adds the noise of story, page and step, and none after the last', async () => {
  const { engine, ran, feeds } = fakeEngine({});
  const painter = await createPainter(engine, model, variant, files);
  const read = async (page: number) => {
    feeds.length = ran.length = 0;
    await painter.paint({ ...job, page, settings: { ...settings, sampler: 'tcd' } }, { preview() {} });
    return Float32Array.from(feeds[ran.lastIndexOf('vae_decoder')]?.latents?.data as Float32Array);
  };
  const first = await read(1);
  expect(await read(1)).toEqual(first);
  expect(await read(2)).not.toEqual(first);
  expect(randomStream(1, stepStream(1, 1)).normals(4)).not.toEqual(randomStream(1, stepStream(2, 1)).normals(4));
});
