import { expect, test } from 'vitest';
import { bytesInWords, offerOf, secondsInWords } from './offer.ts';

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
const residency = { reason: 'All is kept.' };

test('what is there already is not asked for again, and other variants are not counted', async () => {
  const heldBytes = async ({ path }: { path: string }) => (path === 'unet.data' ? 4e8 : 0);
  const offer = await offerOf(model, variant, choice, residency, { lasting: true, heldBytes });
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
  expect(await offerOf(model, variant, choice, residency, around)).toMatchObject({ freeBytes: 7e9, seconds: 14_000 });
});

test('what is kept expanded as well takes more room than is fetched', async () => {
  const half = { path: 'unet.data', bytes: 1e9, expand: { bytes: 15e8, rows: [] } };
  const packed = { ...(model as object), files: [...files.filter(({ path }) => path !== half.path), half] } as never;
  const none = await offerOf(packed, variant, choice, residency, { lasting: true, heldBytes: async () => 0 });
  expect(none).toMatchObject({ missingBytes: 14e9, roomBytes: 15.5e9 });
  const held = async ({ bytes }: { bytes: number }) => bytes;
  const all = await offerOf(packed, variant, choice, residency, { lasting: true, heldBytes: held });
  expect(all).toMatchObject({ missingBytes: 0, roomBytes: 0 });
});

test('a browser that refuses to tell its room is no fault', async () => {
  const around = { lasting: false, heldBytes: async () => 0, estimate: () => Promise.reject(new Error('no')) };
  expect(await offerOf(model, variant, choice, residency, around)).not.toHaveProperty('freeBytes');
});

test('numbers in words', () => {
  expect([5.62e9, 6.4e8, 1].map(bytesInWords)).toEqual(['5.6 GB', '640 MB', '1 MB']);
  expect([10, 600, 9000].map(secondsInWords)).toEqual(['about a minute', 'about 10 minutes', 'about 3 hours']);
});
