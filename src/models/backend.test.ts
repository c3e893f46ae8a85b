import { afterEach, expect, test, vi } from 'vitest';
import type { Variant } from '../weights/manifest.ts';
import { chooseBackend } from './backend.ts';

const MIB = 2 ** 20;
const variant = (id: string, features: string[], maxBufferBytes: number) =>
  ({ id, needs: { features, maxBufferBytes, gpuBytes: 0, heapBytes: 0 } }) as unknown as Variant;
const half = variant('f16', ['shader-f16'], 64 * MIB);
const plain = variant('f32', [], 128 * MIB);

interface Offered {
  readonly features?: readonly string[];
  readonly bufferBytes?: number;
  readonly bindingBytes?: number;
  readonly description?: string;
  readonly fallback?: boolean;
}

function gpu({ features = [], bufferBytes = 1024 * MIB, bindingBytes = 1024 * MIB, ...info }: Offered = {}): GPU {
  const adapter = {
    info: { description: info.description ?? 'Radeon', isFallbackAdapter: info.fallback ?? false },
    limits: { maxBufferSize: bufferBytes, maxStorageBufferBindingSize: bindingBytes },
    features: new Set(features),
  };
  return { requestAdapter: async () => adapter } as unknown as GPU;
}

const jspi = (present: boolean) => vi.stubGlobal('WebAssembly', present ? { Suspending: class {} } : {});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test('a GPU tells, with JSPI where the browser has it and with Asyncify where it has not', async () => {
  jspi(true);
  expect(await chooseBackend('auto', [plain], gpu())).toMatchObject({ backend: 'webgpu-jspi', variant: 'f32' });
  jspi(false);
  const choice = await chooseBackend('auto', [plain], gpu());
  expect(choice).toMatchObject({ backend: 'webgpu-asyncify', variant: 'f32' });
  expect(choice.reason).toContain('Radeon');
});

test('the first variant that the GPU can do is taken', async () => {
  expect(await chooseBackend('auto', [half, plain], gpu({ features: ['shader-f16'] }))).toMatchObject({
    ...{ variant: 'f16', able: ['f16', 'f32'] },
  });
  expect(await chooseBackend('auto', [half, plain], gpu())).toMatchObject({ variant: 'f32', able: ['f32'] });
  const small = gpu({ features: ['shader-f16'], bufferBytes: 100 * MIB });
  expect(await chooseBackend('auto', [plain, half], small)).toMatchObject({ variant: 'f16', able: ['f16'] });
});

test('a software adapter is left alone, unless WebGPU is asked for', async () => {
  for (const software of [gpu({ description: 'SwiftShader Device' }), gpu({ fallback: true })]) {
    expect(await chooseBackend('auto', [plain], software)).toMatchObject({ backend: 'wasm', variant: 'f32' });
    expect((await chooseBackend('webgpu', [plain], software)).backend).toMatch(/^webgpu/);
  }
});

test('too small buffers, or too small bindings, are a reason for the CPU, or a fault where WebGPU is asked for', async () => {
  for (const small of [gpu({ bufferBytes: 100 * MIB }), gpu({ bindingBytes: 100 * MIB })]) {
    expect(await chooseBackend('auto', [plain], small)).toMatchObject({ backend: 'wasm', variant: 'f32' });
    await expect(chooseBackend('webgpu', [plain], small)).rejects.toMatchObject({
      code: 'limits',
      message: expect.stringMatching(/buffers of 104857600 bytes; the model needs 134217728/),
    });
  }
});

test('a GPU without the features of any variant is refused in words', async () => {
  expect(await chooseBackend('auto', [half, plain], gpu({ bufferBytes: MIB }))).toMatchObject({ backend: 'wasm' });
  await expect(chooseBackend('webgpu', [half], gpu())).rejects.toMatchObject({
    code: 'limits',
    message: expect.stringContaining('lacks'),
  });
});

test('without WebGPU, or without an adapter, or with one that fails, the CPU tells', async () => {
  const none = { requestAdapter: async () => null } as unknown as GPU;
  const failing = { requestAdapter: () => Promise.reject(new Error('no driver')) } as unknown as GPU;
  for (const api of [undefined, none, failing]) {
    expect(await chooseBackend('auto', [half, plain], api)).toMatchObject({ backend: 'wasm', variant: 'f32' });
    await expect(chooseBackend('webgpu', [plain], api)).rejects.toMatchObject({
      name: 'DeviceError',
      code: 'no-webgpu',
    });
  }
});

test('a GPU that never answers is none', async () => {
  vi.useFakeTimers();
  const silent = { requestAdapter: () => new Promise(() => {}) } as unknown as GPU;
  const choice = chooseBackend('auto', [plain], silent);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await choice).toMatchObject({ backend: 'wasm' });
});

test('the CPU is taken where it is asked for, and is refused what only a GPU can do', async () => {
  const asked = vi.fn();
  const api = { requestAdapter: asked } as unknown as GPU;
  expect(await chooseBackend('wasm', [half, plain], api)).toMatchObject({ backend: 'wasm', variant: 'f32' });
  await expect(chooseBackend('wasm', [half], api)).rejects.toMatchObject({ name: 'DeviceError', code: 'no-webgpu' });
  expect(asked).not.toHaveBeenCalled();
});
