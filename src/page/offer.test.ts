import { expect, test } from 'vitest';
import { offerOf } from './offer.ts';

const graph = (name: string) => ({ model: `${name}.onnx`, data: [`${name}.data`] });
const names = ['vision', 'embed', 'decoder', 'mapper', 'unet', 'vae_decoder'];
const variant = { id: 'q4f16', graphs: Object.fromEntries(names.map((name) => [name, graph(name)])) } as never;
const files = ['tokenizer.json', 'null.f32', ...names.flatMap((name) => [`${name}.onnx`, `${name}.data`])].map(
  (path) => ({ path, bytes: 1e9 }),
);
const model = {
  id: 'minigpt5-7b',
  title: 'MiniGPT-5',
  licence: 'Non-commercial',
  text: { tokenizer: 'tokenizer.json' },
  picture: { nullConditioning: 'null.f32' },
  files: [...files, { path: 'of another variant', bytes: 1e12 }],
} as never;
const choice = { reason: 'The GPU tells.' };
const plan = (of: unknown, reason: string) => ({ variant: of, residency: { reason } }) as never;
const plans = [plan(variant, 'All is kept.')] as never;

test('what is there already is not asked for again, and other variants are not counted', async () => {
  const heldBytes = async ({ path }: { path: string }) => (path === 'unet.data' ? 4e8 : 0);
  const offer = await offerOf(model, plans, choice, { lasting: true, heldBytes });
  expect(offer).toMatchObject({ totalBytes: 14e9, missingBytes: 14e9 - 4e8, variant: 'q4f16', lasting: true });
  expect(offer.reasons).toEqual(['The GPU tells.', 'All is kept.']);
  expect(offer).not.toHaveProperty('freeBytes');
  expect(offer).not.toHaveProperty('seconds');
});

test('room and time are told where the browser tells them', async () => {
  const around = {
    lasting: true,
    heldBytes: async () => 0,
    estimate: async () => ({ quota: 10e9, usage: 3e9 }),
    downlink: 8,
  };
  expect(await offerOf(model, plans, choice, around)).toMatchObject({ freeBytes: 7e9, seconds: 14_000 });
});

test('what is kept expanded as well takes more room than is fetched', async () => {
  const half = { path: 'unet.data', bytes: 1e9, expand: { bytes: 15e8, rows: [] } };
  const packed = { ...(model as object), files: [...files.filter(({ path }) => path !== half.path), half] } as never;
  const none = await offerOf(packed, plans, choice, { lasting: true, heldBytes: async () => 0 });
  expect(none).toMatchObject({ missingBytes: 14e9, roomBytes: 15.5e9 });
  const held = async ({ bytes }: { bytes: number }) => bytes;
  const all = await offerOf(packed, plans, choice, { lasting: true, heldBytes: held });
  expect(all).toMatchObject({ missingBytes: 0, roomBytes: 0 });
});

test('a browser that refuses to tell its room is no fault', async () => {
  const around = { lasting: false, heldBytes: async () => 0, estimate: () => Promise.reject(new Error('no')) };
  expect(await offerOf(model, plans, choice, around)).not.toHaveProperty('freeBytes');
});

test('every variant that can be told here is offered with its own bytes, the proposed one first', async () => {
  const small = { id: 'q2', graphs: { embed: graph('embed'), decoder: graph('decoder') } };
  const both = [plan(variant, 'All is kept.'), plan(small, 'Parts take turns.')] as never;
  const heldBytes = async ({ path }: { path: string }) => (path === 'decoder.data' ? 1e9 : 0);
  const offer = await offerOf(model, both, choice, { lasting: true, heldBytes, downlink: 8 });
  expect(offer.variants).toEqual([
    { id: 'q4f16', totalBytes: 14e9, missingBytes: 13e9, roomBytes: 13e9, seconds: 13_000, reason: 'All is kept.' },
    { id: 'q2', totalBytes: 6e9, missingBytes: 5e9, roomBytes: 5e9, seconds: 5000, reason: 'Parts take turns.' },
  ]);
  expect(offer).toMatchObject({ variant: 'q4f16', missingBytes: 13e9, seconds: 13_000 });
});
