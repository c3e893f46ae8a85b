/**
 * A converted MiniGPT-5, small and random, as its graphs compute on a GPU: where every node is placed, that the numbers
 * are PyTorch's, and that large ones stay finite in float16. Python writes the graphs; Dawn computes them. The float32
 * variant's numbers are compared in a browser (e2e/converted.spec.ts), whose software adapter has no float16.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dawn } from '../gpu/dawn.ts';
import { createExpander } from '../weights/expand.ts';
import { type GraphName, graphOf } from '../weights/manifest.ts';
import { type Converted, converted, cosine, hasPython, variantOf } from './converted.ts';
import { createEngine, type Engine, onDevice } from './engine.ts';
import { listen, type Placement, verbose } from './placed.ts';
import { runtime } from './shipped.ts';

const adapter = await dawn();
const able = hasPython() && adapter?.features.has('shader-f16');
const needs = 'the Python companion, and shader-f16 under Dawn';
if (!able) console.warn(`SKIPPED: converted graphs on a GPU. They need ${needs}.`);

/** What is on the CPU all the same, and which of its values go to the GPU. */
interface Allowed {
  readonly onCpu: readonly string[];
  readonly toGpu: readonly string[];
}
type Provider = ReturnType<typeof onDevice> & { readonly enableMatmulFp32Accumulation?: boolean };
const NOTHING: Allowed = { onCpu: [], toGpu: [] };
/** The decoder's length arithmetic, on one number that the CPU has already: no GPU waits for it, and it waits for none. */
const LENGTHS: Allowed = {
  onCpu: ['Shape (Shape:total64)', 'Sub (Sub:last64)', 'Cast (Cast:seqlens_k)', 'Cast (Cast:total)'],
  toGpu: ['seqlens_k'],
};

test.skipIf(able || !process.env.CI || !hasPython())('where a driver is there, nothing is skipped', () => {
  expect(adapter).toBeNull();
});

describe.skipIf(!able)('converted graphs', () => {
  const log = listen();
  /** Its sessions stay: a release that is the last of a device leaves the next one hanging. */
  let engine: Engine;
  let made: Converted;

  beforeAll(async () => {
    // V8's optimising compiler takes a minute for ONNX Runtime's largest functions.
    setFlagsFromString('--liftoff-only');
    made = converted();
    Object.defineProperty(globalThis, 'navigator', { value: { gpu: { requestAdapter: dawn } }, configurable: true });
    copySharedBytes();
    engine = await createEngine('webgpu-asyncify', runtime);
  }, 600_000);
  afterAll(async () => {
    await engine?.close();
    log.end();
  });

  const device = () => engine.gpu?.device as GPUDevice;
  const bytes = (...path: string[]) => new Uint8Array(readFileSync(join(made.folder, ...path)));
  const create = (
    graph: Uint8Array,
    externalData: readonly { path: string; data: Uint8Array }[] = [],
    provider: Provider = onDevice(device()),
  ) =>
    log.placement(() =>
      engine.ort.InferenceSession.create(graph, {
        executionProviders: [provider],
        externalData,
        ...verbose,
      }),
    );
  const read = (path: string) => {
    const stored = bytes(made.model.mirrors[0] as string, path);
    const expand = made.model.files.find((file) => file.path === path)?.expand;
    return { path, data: expand ? createExpander(expand)(stored) : stored };
  };
  const open = (variant: string, name: GraphName) => {
    const { model, data } = graphOf(variantOf(made, variant), name);
    return create(read(model).data, data.map(read));
  };
  type Session = Awaited<ReturnType<typeof create>>['session'];
  const floats = (file: string) => new Float32Array(bytes('expected', file).buffer);

  /** [what the graph gave, what PyTorch gave] */
  async function both(session: Session, name: string, output: string, further = {}) {
    const { inputs, output: wanted } = made.expected[name] as Converted['expected'][string];
    const { Tensor } = engine.ort;
    const given = Object.entries(inputs).map(([key, { file, dims }]) => [
      key,
      new Tensor('float32', floats(file), dims),
    ]);
    const got = (await session.run({ ...Object.fromEntries(given), ...further }))[output];
    return [Float32Array.from((await got?.getData()) as Float32Array), floats(wanted.file)] as const;
  }

  function onGpuAlone({ onCpu, toCpu, toGpu, onGpu }: Placement, allowed: Allowed = NOTHING) {
    expect(onGpu).toBeGreaterThan(0);
    expect(toCpu).toEqual([]);
    expect(toGpu).toEqual(allowed.toGpu);
    // What neither waits for the GPU nor gives it numbers works out sizes, which are the CPU's: dimensions that are free.
    const others = toGpu.length > 0 ? onCpu : onCpu.filter((node) => !node.startsWith('Gather '));
    expect([...others].sort()).toEqual([...allowed.onCpu].sort());
  }

  // As far as on the CPU (python/tests/test_convert_graphs.py), where it says why.
  test.each([
    ['vision', 'image_embeds', 0.99],
    ['mapper', 'conditioning', 0.98],
    ['unet', 'noise_pred', 0.99],
    ['vae_decoder', 'image', 0.9995],
  ] as const)(
    'q4f16: %s is computed on the GPU alone, as by PyTorch',
    async (name, output, least) => {
      const { session, placement } = await open('q4f16', name);
      onGpuAlone(placement);
      expect(cosine(...(await both(session, name, output)))).toBeGreaterThan(least);
    },
    300_000,
  );

  test.each(['embed', 'vae_decoder_f32'] as const)(
    'q4f16: %s is computed on the GPU alone',
    async (name) => {
      const { placement } = await open('q4f16', name);
      onGpuAlone(placement);
    },
    60_000,
  );

  test('q4f16: the decoder is computed on the GPU but for the lengths, with a memory of float16, as by PyTorch', async () => {
    const { session, placement } = await open('q4f16', 'decoder');
    onGpuAlone(placement, LENGTHS);
    const { N, kvHeads, S, headDim } = made.model.shape;
    const rows = made.expected['decoder']?.inputs['inputs_embeds']?.dims[1] as number;
    const { Tensor } = engine.ort;
    const further: Record<string, InstanceType<typeof Tensor>> = {
      attention_mask: new Tensor('int64', new BigInt64Array(rows).fill(1n), [1, rows]),
    };
    for (let i = 0; i < N; i++) {
      for (const kind of ['key', 'value']) {
        const empty = new Uint16Array(kvHeads * S * headDim);
        further[`past_key_values.${i}.${kind}`] = new Tensor('float16', empty, [1, kvHeads, S, headDim]);
      }
    }
    expect(variantOf(made, 'q4f16').cache).toBe('float16');
    expect(cosine(...(await both(session, 'decoder', 'hidden_states', further)))).toBeGreaterThan(0.99);
  }, 300_000);

  test.each(['vision', 'embed', 'decoder', 'mapper', 'unet', 'vae_decoder'] as const)(
    'q4f32: %s is computed on the GPU alone, but for lengths',
    async (name) => {
      const { placement } = await open('q4f32', name);
      onGpuAlone(placement, name === 'decoder' ? LENGTHS : NOTHING);
    },
    60_000,
  );

  test('a node in the middle that a GPU has no kernel for is found', async () => {
    const { placement } = await create(bytes('expected', 'elsewhere.onnx'));
    expect(placement).toMatchObject({ onCpu: ['Hardmax (Hardmax:1)'], toCpu: ['x1'], toGpu: ['x2'] });
    expect(() => onGpuAlone(placement)).toThrow();
  });

  test('a group norm and an attention on large numbers stay finite, because queries are scaled by their weights', async () => {
    const { session } = await create(bytes('expected', 'large.onnx'));
    const [got, wanted] = await both(session, 'large', 'y');
    expect(got.every(Number.isFinite)).toBe(true);
    expect(cosine(got, wanted)).toBeGreaterThan(0.999);
    const { session: unfolded } = await create(bytes('expected', 'large-unfolded.onnx'));
    const [other] = await both(unfolded, 'large-unfolded', 'y');
    expect(other.every(Number.isFinite)).toBe(false);
  }, 300_000);

  test('a product whose sums pass all float16 on their way is right, because they are asked for in float32', async () => {
    const graph = bytes('expected', 'sums.onnx');
    const { session } = await create(graph);
    const [got, wanted] = await both(session, 'sums', 'y');
    expect(Math.max(...got.map((value, i) => Math.abs(value - (wanted[i] as number))))).toBeLessThan(0.1);
    const { session: unasked } = await create(graph, [], {
      ...onDevice(device()),
      enableMatmulFp32Accumulation: false,
    });
    const [other] = await both(unasked, 'sums', 'y');
    expect(other.every(Number.isFinite)).toBe(false);
  }, 300_000);
});

/** Dawn in node takes no view of shared memory, which ONNX Runtime's heap is. */
function copySharedBytes(): void {
  const write = GPUQueue.prototype.writeBuffer;
  GPUQueue.prototype.writeBuffer = function (buffer, offset, data, ...range) {
    const shared = ArrayBuffer.isView(data) && data.buffer instanceof SharedArrayBuffer;
    const own = shared ? Uint8Array.from(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)) : data;
    return write.call(this, buffer, offset, own as Uint8Array<ArrayBuffer>, ...range);
  };
}
