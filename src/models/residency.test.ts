import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Part,
  type PartBytes,
  partBytes,
  planResidency,
  planVariants,
  ranOut,
  smallerThan,
  thriftier,
} from './residency.ts';

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

test('after a plan that was too much comes the one that takes the least, and after that none', () => {
  const thrifty = thriftier(full, plan(8e9));
  expect(thrifty).toMatchObject({ kept: [], peakBytes: 5e9 });
  expect(thriftier(full, thrifty as never)).toBeUndefined();
  expect(thriftier({ language: 5e9, vision: 0, pictures: 0 }, plan(5e9, { ...full, vision: 0, pictures: 0 }))).toBe(
    undefined,
  );
});

test('a thriftier plan takes less than the one before it, the least that any takes, and there is no second one', () => {
  const size = fc.integer({ min: 0, max: 1000 });
  fc.assert(
    fc.property(size, size, size, fc.integer({ min: 0, max: 3000 }), (language, vision, pictures, extra) => {
      const bytes = { language, vision, pictures };
      const least = Math.max(language, vision, pictures);
      const first = planResidency(bytes, least + extra);
      const next = thriftier(bytes, first);
      if (first.peakBytes === least) expect(next).toBeUndefined();
      else {
        expect(next?.peakBytes).toBe(least);
        expect(thriftier(bytes, next as never)).toBeUndefined();
      }
    }),
  );
});

test.each([
  [true, 'DeviceError', 'lost', 'The GPU device was lost: no reason given. Start again.'],
  [true, 'Error', 'unexpected', 'failed to call OrtRun(). std::bad_alloc'],
  [true, 'RangeError', 'unexpected', 'Out of memory'],
  [true, 'Error', 'unexpected', 'Failed to allocate memory for buffer'],
  [false, 'DeviceError', 'no-webgpu', 'The GPU gave no device.'],
  [false, 'DeviceError', 'limits', 'This model needs 5.0 GB of memory even if its parts take turns.'],
  [false, 'WeightsError', 'full', 'There is no room left.'],
])('%s: memory ran out where %s (%s) says "%s"', (expected, name, code, message) => {
  expect(ranOut({ name, code, message })).toBe(expected);
});

/** By id, with the bytes of the writer, the eyes and the painter. */
const sized = (id: string, language: number, vision: number, pictures: number) =>
  ({ id, graphs: {}, needs: { graphs: { decoder: language, vision, unet: pictures } } }) as never;
const entry = { files: [] } as never;

test('of several variants those are planned that fit, in their order', () => {
  const variants = [sized('q8', 9, 1, 4), sized('q4', 5, 1, 2), sized('q2', 3, 1, 2)];
  const ids = (budget: number) => planVariants(entry, variants, budget).map(({ variant }) => variant.id);
  expect([ids(20), ids(8), ids(4)]).toEqual([['q8', 'q4', 'q2'], ['q4', 'q2'], ['q2']]);
  expect(() => ids(2)).toThrow(/may be used/);
  expect(planVariants(entry, variants, 20, true)[0].residency).toMatchObject({ kept: [], peakBytes: 9 });
});

test('a smaller variant is one that takes less even thriftily', () => {
  const [large, small, same] = [sized('q8', 9, 1, 4), sized('q4', 5, 1, 2), sized('other', 5, 4, 5)];
  expect(smallerThan(entry, [large, small, same], large)?.id).toBe('q4');
  expect(smallerThan(entry, [small, same], small)).toBeUndefined();
});
