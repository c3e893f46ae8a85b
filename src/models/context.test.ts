import { Tensor } from 'onnxruntime-web/wasm';
import { describe, expect, test } from 'vitest';
import type { Sight } from '../stages.ts';
import { createContext } from './context.ts';
import type { Engine, Feeds, Graph } from './engine.ts';
import { shipped } from './shipped.ts';

const { model } = shipped();
const shape = { ...model.shape, S: 32, N: 1, kvHeads: 1, headDim: 2, D: 4, V: 3, Q: 2, imageTokenId: 9 };
const image = shape.imageTokenId;

/** Graphs that note what they are fed and know nothing. */
function stage(cache: 'float32' | 'float16' = 'float32') {
  const fed: number[][] = [];
  const decoded: Feeds[] = [];
  const float = (dims: number[]) => new Tensor('float32', new Float32Array(dims.reduce((a, b) => a * b)), dims);
  const embed = {
    async run({ input_ids }: Feeds) {
      const ids = Array.from(input_ids?.data as BigInt64Array, Number);
      fed.push(ids);
      const rows = Float32Array.from(
        { length: ids.length * shape.D },
        (_, i) => ids[Math.floor(i / shape.D)] as number,
      );
      return { inputs_embeds: new Tensor('float32', rows, [1, ids.length, shape.D]) };
    },
  } as unknown as Graph;
  const decoder = {
    async run(feeds: Feeds) {
      decoded.push(feeds);
      const rows = feeds.inputs_embeds?.dims[1] as number;
      const { 'past_key_values.0.key': key, 'past_key_values.0.value': value } = feeds;
      const present = { 'present.0.key': key, 'present.0.value': value };
      return { logits: float([1, 1, shape.V]), hidden_states: float([1, rows, shape.D]), ...present };
    },
  } as unknown as Graph;
  const engine = { ort: { Tensor }, gpu: undefined } as unknown as Engine;
  return { context: createContext(engine, embed, decoder, shape, cache), fed, decoded };
}

const sight = (value: number): Sight => ({ data: new Float32Array(shape.Q * shape.D).fill(value) });

describe('what is held already is not fed again', () => {
  const [first, second] = [sight(0.5), sight(0.25)];

  test('up to the first token that differs', async () => {
    const { context, fed } = stage();
    await context.feed({ ids: [1, 2, 3, 4], sights: [] });
    await context.hold({ ids: [1, 2, 5], sights: [] });
    expect([fed[1], context.length]).toEqual([[5], 3]);
  });

  test('but the last token always is: its thought is asked for', async () => {
    const { context, fed } = stage();
    await context.feed({ ids: [1, 2, 3, 4], sights: [] });
    expect((await context.hold({ ids: [1, 2, 3], sights: [] })).rows).toBe(1);
    expect([fed[1], context.length]).toEqual([[3], 3]);
  });

  test('nor is a picture, if it is the same one', async () => {
    const { context, fed, decoded } = stage();
    await context.feed({ ids: [1, image, image, 2], sights: [first] });
    await context.hold({ ids: [1, image, image, 3, image, image, 4], sights: [first, second] });
    expect(fed[1]).toEqual([3, image, image, 4]);
    const rows = decoded[1]?.inputs_embeds?.data as Float32Array;
    expect([...rows.subarray(shape.D, 3 * shape.D)]).toEqual([...second.data]);
    await context.hold({ ids: [1, image, image, 3, image, image, 5], sights: [second, second] });
    expect([fed[2], context.length]).toEqual([[image, image, 3, image, image, 5], 7]);
  });

  test('and a picture is fed whole', async () => {
    const { context, fed } = stage();
    await context.feed({ ids: [1, image, image], sights: [first] });
    await context.hold({ ids: [1, image, image], sights: [first] });
    expect(fed[1]).toEqual([image, image]);
  });

  test('after a rewind into the middle, too', async () => {
    const { context, fed } = stage();
    await context.feed({ ids: [1, image, image, 2, image, image], sights: [first, second] });
    context.rewind(4);
    await context.hold({ ids: [1, image, image, 2, image, image, 3], sights: [first, second] });
    expect(fed[1]).toEqual([image, image, 3]);
  });
});

test.each([
  ['float32', Float32Array, 4],
  ['float16', undefined, 2],
] as const)('the buffers hold %s where the variant says so', async (cache, _, bytes) => {
  const { context, decoded } = stage(cache);
  await context.feed({ ids: [1], sights: [] });
  const past = decoded[0]?.['past_key_values.0.key'] as Tensor;
  expect([past.type, past.dims]).toEqual([cache, [1, shape.kvHeads, shape.S, shape.headDim]]);
  expect((past.data as Float32Array).byteLength).toBe(bytes * shape.kvHeads * shape.S * shape.headDim);
});
