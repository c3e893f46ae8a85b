import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LoadProgress } from '../workers/protocol.ts';
import { type Progress, tellerOf } from './teller.ts';

/** Each start of a writer takes the next of these: what it reports, and what becomes of it. */
const starts: { readonly reports: readonly LoadProgress[]; readonly fault?: Error }[] = [];
const ended = vi.fn();
const requests: unknown[] = [];

vi.mock('../workers/spawn.ts', () => {
  const spawn = (start: (typeof starts)[number] | undefined) => ({
    end: ended,
    remote: {
      pause() {},
      async load(request: unknown, onProgress: (progress: LoadProgress) => void) {
        requests.push(request);
        for (const report of start?.reports ?? []) onProgress(report);
        if (start?.fault) throw start.fault;
        return { backend: 'wasm', device: 'CPU', shape: {} };
      },
    },
  });
  return {
    spawnWriter: () => spawn(starts.shift()),
    spawnPainter: () => spawn(undefined),
    spawnEyes: () => spawn(undefined),
  };
});

const names = ['vision', 'embed', 'decoder', 'mapper', 'unet', 'vae_decoder'];
const graphs = Object.fromEntries(names.map((name) => [name, { model: `${name}.onnx`, data: [] }]));
const variant = { id: 'plain', graphs, needs: { features: [], maxBufferBytes: 0, gpuBytes: 0, heapBytes: 0 } };
const model = {
  id: 'tiny',
  mirrors: ['weights/'],
  files: [],
  text: { tokenizer: 'tokenizer.json' },
  picture: { nullConditioning: 'null.f32' },
  variants: [variant],
} as never;
const options = { base: 'https://host.test/', model: '', variant: 'auto', backend: 'auto', memory: 0 } as const;
const adapter = {
  info: { description: 'Radeon' },
  limits: { maxBufferSize: 1, maxStorageBufferBindingSize: 1 },
  features: new Set(),
};
const loaded = (loadedBytes: number): LoadProgress => ({ phase: 'download', loadedBytes, totalBytes: 100 });

beforeEach(() => {
  vi.stubGlobal('navigator', { gpu: { requestAdapter: async () => adapter } });
  vi.stubGlobal('location', new URL('https://host.test/page'));
});
afterEach(() => {
  vi.unstubAllGlobals();
  starts.length = 0;
  ended.mockClear();
});

test('a GPU that cannot start gives way to the CPU, and the progress never falls', async () => {
  const fault = Object.assign(new Error('The GPU gave no device.'), { name: 'DeviceError', code: 'no-webgpu' });
  starts.push({ reports: [0, 60, 100].map(loaded), fault }, { reports: [0, 40, 100].map(loaded) });
  const heard: Progress[] = [];
  const teller = await tellerOf(model, options, (each) => heard.push(each), new AbortController().signal);
  expect(teller.choice).toMatchObject({ backend: 'wasm', reason: expect.stringContaining('The GPU gave no device') });
  expect(ended).toHaveBeenCalledTimes(1);
  const fractions = heard.map(({ fraction }) => fraction);
  expect(fractions).toEqual([0, 0.6, 1, 1, 1, 1]);
});

test('where WebGPU is insisted on, its fault is the answer', async () => {
  const fault = Object.assign(new Error('The GPU gave no device.'), { name: 'DeviceError', code: 'no-webgpu' });
  starts.push({ reports: [], fault });
  const asked = { ...options, backend: 'webgpu' } as const;
  await expect(tellerOf(model, asked, () => {}, new AbortController().signal)).rejects.toBe(fault);
});

test('a GPU that is lost while it is loaded is asked for less at once, and that is said, before the CPU is', async () => {
  const lost = () => Object.assign(new Error('The GPU device was lost.'), { name: 'DeviceError', code: 'lost' });
  const heavy = {
    ...(model as object),
    variants: [{ ...variant, needs: { ...variant.needs, graphs: { decoder: 2e9, unet: 1e9 } } }],
  } as never;
  const onThrift = vi.fn();
  const make = () => tellerOf(heavy, options, () => {}, new AbortController().signal, { onThrift });
  starts.push({ reports: [], fault: lost() });
  const teller = await make();
  expect(onThrift).toHaveBeenCalledTimes(1);
  expect(teller).toMatchObject({ residency: { peakBytes: 2e9 }, canSpare: false });
  expect(teller.choice.backend).toMatch(/^webgpu/);
  // Once: after that the CPU is tried, which takes as little.
  starts.push({ reports: [], fault: lost() }, { reports: [], fault: lost() });
  const again = await make();
  expect(again).toMatchObject({ choice: { backend: 'wasm' }, residency: { peakBytes: 2e9 } });
});

test('what is agreed to is loaded: another variant, and from memory', async () => {
  const large = (id: string) => ({ ...variant, id });
  const files = [{ path: 'decoder.onnx', bytes: 1e9, sha256: '' }];
  const of = { ...(model as object), title: 'Large', files, variants: [large('q8'), large('q4')] } as never;
  const teller = await tellerOf(of, { ...options, backend: 'wasm' }, () => {}, new AbortController().signal, {
    consent: ({ variants, variant: proposed }) => {
      expect([variants.map(({ id }) => id), proposed]).toEqual([['q8', 'q4'], 'q8']);
      return { variant: 'q4', inMemory: true };
    },
  });
  expect(teller.choice.variant).toBe('q4');
  expect(requests.at(-1)).toMatchObject({ variant: 'q4', inMemory: true });
});
