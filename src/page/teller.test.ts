import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LoadProgress } from '../workers/protocol.ts';
import { type Progress, tellerOf } from './teller.ts';

/** Each start of a writer takes the next of these: what it reports, and what becomes of it. */
const starts: { readonly reports: readonly LoadProgress[]; readonly fault?: Error }[] = [];
const ended = vi.fn();

vi.mock('../workers/spawn.ts', () => {
  const spawn = (start: (typeof starts)[number] | undefined) => ({
    end: ended,
    remote: {
      async load(_: unknown, onProgress: (progress: LoadProgress) => void) {
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
const model = {
  id: 'tiny',
  mirrors: ['weights/'],
  files: [],
  text: { tokenizer: 'tokenizer.json' },
  picture: { nullConditioning: 'null.f32' },
  variants: [{ id: 'plain', graphs, needs: { features: [], maxBufferBytes: 0, gpuBytes: 0, heapBytes: 0 } }],
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
  expect(teller.choice).toMatchObject({ backend: 'wasm', reason: expect.stringContaining('The GPU gave no device.') });
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
