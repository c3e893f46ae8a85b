import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Part } from '../models/residency.ts';
import { overallOf } from './overall.ts';

const sizes = { tokenizer: 1, null: 2, embed: 3, decoder: 40, vision: 20, unet: 30, vae: 4 };
const graph = (name: string) => ({ model: name, data: [] });
const variant = {
  graphs: {
    ...{ embed: graph('embed'), decoder: graph('decoder'), vision: graph('vision') },
    ...{ unet: graph('unet'), vae_decoder_f32: graph('vae') },
  },
} as never;
const model = {
  text: { tokenizer: 'tokenizer' },
  picture: { nullConditioning: 'null' },
  files: Object.entries(sizes).map(([path, bytes]) => ({ path, bytes })),
} as never;
const overall = (kept: readonly Part[], held: Record<string, number> = {}) =>
  overallOf(model, variant, { kept }, async ({ path }) => held[path] ?? 0);
const load = (loadedBytes: number, totalBytes: number, bytesPerSecond?: number) => ({
  ...{ phase: 'download' as const, loadedBytes, totalBytes },
  ...(bytesPerSecond ? { bytesPerSecond } : {}),
});

test('parts that are loaded one after another are one number, with the time that all of them take', async () => {
  const hear = await overall([]);
  expect(hear('language', load(22, 44, 2))).toMatchObject({ loadedBytes: 22, totalBytes: 100, secondsLeft: 39 });
  expect(hear('language', load(44, 44))).toMatchObject({ loadedBytes: 44, fraction: 0.44 });
  expect(hear('pictures', load(18, 36, 1))).toMatchObject({ loadedBytes: 62, totalBytes: 100, secondsLeft: 38 });
  expect(hear('vision', load(20, 20))).toMatchObject({ loadedBytes: 82, fraction: 0.82 });
});

test('eyes that stay with the writer are counted once, with it', async () => {
  const hear = await overall(['language', 'vision', 'pictures']);
  expect(hear('language', load(64, 64))).toMatchObject({ loadedBytes: 64, totalBytes: 100 });
  expect(hear('pictures', load(36, 36))).toMatchObject({ loadedBytes: 100, fraction: 1 });
});

test('what is held already is not waited for', async () => {
  const hear = await overall([], { unet: 30, decoder: 10 });
  expect(hear('language', load(14, 44, 30))).toMatchObject({ loadedBytes: 44, secondsLeft: 56 / 30 });
});

test('it never falls, whatever is loaded again', async () => {
  const part = fc.constantFrom<Part>('language', 'vision', 'pictures');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(part, fc.nat(40), fc.nat(40))), async (heard) => {
      const hear = await overall([]);
      let [bytes, fraction] = [0, 0];
      for (const [of, a, b] of heard) {
        const now = hear(of, load(Math.min(a, b), Math.max(a, b)));
        expect(now.loadedBytes).toBeGreaterThanOrEqual(bytes);
        expect(now.fraction).toBeGreaterThanOrEqual(fraction);
        expect(now.fraction).toBeLessThanOrEqual(1);
        [bytes, fraction] = [now.loadedBytes, now.fraction];
      }
    }),
  );
});
