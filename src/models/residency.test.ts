import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Part, type PartBytes, partBytes, planResidency } from './residency.ts';

/** MiniGPT-5 in four bits: decoder and a cache of 2048 tokens, ViT and Q-Former, UNet and VAE with what they work with. */
const full: PartBytes = { language: 5.0e9, vision: 0.8e9, pictures: 2.2e9 };
const plan = (budgetBytes: number, bytes = full) => planResidency(bytes, budgetBytes);

test('what fits together stays together', () => {
  expect(plan(8e9)).toMatchObject({ kept: ['language', 'vision', 'pictures'], peakBytes: 8e9 });
  expect(plan(8e9).reason).toBe('All of the model is kept in memory (8.0 GB).');
});

test('eyes and painter take turns before the writer does', () => {
  expect(plan(7.9e9)).toMatchObject({ kept: ['language'], peakBytes: 7.2e9 });
  expect(plan(7.2e9).reason).toBe('The eyes and the painter take turns, so that 7.2 GB of memory suffice.');
  expect(plan(7.1e9)).toMatchObject({ kept: ['vision'], peakBytes: 5.8e9 });
});

test('eyes that a model has not take no turns', () => {
  const blind = { ...full, vision: 0 };
  expect(plan(7.2e9, blind)).toMatchObject({ kept: ['language', 'vision', 'pictures'], peakBytes: 7.2e9 });
  expect(plan(7e9, blind)).toMatchObject({ kept: ['vision'], peakBytes: 5e9 });
});

test('one part at a time is the least', () => {
  expect(plan(5e9)).toMatchObject({ kept: [], peakBytes: 5e9 });
  expect(() => plan(4.9e9)).toThrow(/needs 5\.0 GB of memory even if its parts take turns, and 4\.9 GB may be used/);
});

test('no plan needs more than there is, and none with fewer bytes per page would have fitted', () => {
  const size = fc.integer({ min: 1, max: 1000 });
  fc.assert(
    fc.property(size, size, size, size, (language, vision, pictures, extra) => {
      const bytes = { language, vision, pictures };
      const budget = Math.max(language, vision, pictures) + extra;
      const { kept, peakBytes } = planResidency(bytes, budget);
      expect(peakBytes).toBeLessThanOrEqual(budget);
      // Keeping one more part would be too much: otherwise it would have been kept.
      for (const part of (Object.keys(bytes) as Part[]).filter((each) => !kept.includes(each))) {
        const more = [...kept, part];
        const peak = Math.max(
          ...(Object.keys(bytes) as Part[]).map((needed) =>
            [...new Set([...more, needed])].reduce((sum, each) => sum + bytes[each], 0),
          ),
        );
        expect(peak).toBeGreaterThan(budget);
      }
    }),
  );
});

test('bytes that the manifest gives as one number are shared out by the size of the files', () => {
  const graph = (name: string) => ({ model: `${name}.onnx`, data: [`${name}.data`] });
  const names = ['vision', 'embed', 'decoder', 'mapper', 'unet', 'vae_decoder'];
  const model = {
    files: names.flatMap((name) => [
      { path: `${name}.onnx`, bytes: 0 },
      { path: `${name}.data`, bytes: name === 'decoder' ? 50 : 10 },
    ]),
  };
  const variant = { graphs: Object.fromEntries(names.map((name) => [name, graph(name)])), needs: { gpuBytes: 200 } };
  expect(partBytes(model as never, variant as never)).toEqual({ language: 120, vision: 20, pictures: 60 });
});

test('bytes that the manifest gives graph by graph are taken as they are; a graph that is opened late is not counted', () => {
  const graphs = { embed: 1, decoder: 20, mapper: 300, unet: 4000, vae_decoder: 50_000, vae_decoder_f32: 7 };
  const variant = { graphs: {}, needs: { gpuBytes: 9, graphs } };
  expect(partBytes({ files: [] } as never, variant as never)).toEqual({ language: 21, vision: 0, pictures: 54_300 });
});
