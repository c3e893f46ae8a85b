import { describe, expect, test } from 'vitest';
import { dawn } from './dawn.ts';
import { openGpu, probeGpu } from './device.ts';

const offers = (adapter: GPUAdapter | null) => ({ requestAdapter: async () => adapter }) as unknown as GPU;
const gpu = await dawn();
if (!gpu) console.warn('SKIPPED: no Vulkan adapter for Dawn. No device is opened in these tests.');

test('without WebGPU, or without an adapter, there is nothing to probe and nothing to open', async () => {
  for (const api of [undefined, offers(null)]) {
    expect(await probeGpu(api)).toBeNull();
    await expect(openGpu(api)).rejects.toMatchObject({ name: 'DeviceError', code: 'no-webgpu' });
  }
});

test.each([
  [8, false],
  [16, true],
])('of subgroups of %i lanes at least, it has them: %s', async (subgroupMinSize, has) => {
  let asked: readonly string[] = [];
  const adapter = {
    info: { subgroupMinSize },
    limits: {},
    features: new Set(['shader-f16', 'subgroups', 'subgroup-size-control']),
    async requestDevice({ requiredFeatures }: { requiredFeatures: string[] }) {
      asked = requiredFeatures;
      return { lost: new Promise(() => {}) };
    },
  } as unknown as GPUAdapter;
  await openGpu(offers(adapter));
  expect(asked).toEqual(has ? ['shader-f16', 'subgroups', 'subgroup-size-control'] : ['shader-f16']);
});

describe.skipIf(!gpu)('a device', () => {
  test('has all that its adapter allows', async () => {
    const adapter = await dawn();
    const { device, probe } = await openGpu(offers(adapter));
    expect(probe.maxBufferBytes).toBe(device.limits.maxBufferSize);
    expect(probe.maxBindingBytes).toBe(device.limits.maxStorageBufferBindingSize);
    expect(device.features.has('shader-f16')).toBe(probe.features.includes('shader-f16'));
    expect(structuredClone(probe)).toEqual(probe);
    device.destroy();
  });

  test('that we destroy is not lost', async () => {
    const { device, lost } = await openGpu(offers(await dawn()));
    device.destroy();
    await device.lost;
    const waited = new Promise((resolve) => setTimeout(resolve, 50, 'nobody heard'));
    expect(await Promise.race([lost, waited])).toBe('nobody heard');
  });

  test('that goes away by itself is a loss, told once', async () => {
    const device = { lost: Promise.resolve({ reason: 'unknown', message: 'the driver was reset' }) };
    const { info, limits, features } = (await dawn()) as GPUAdapter;
    const adapter = { info, limits, features, requestDevice: async () => device } as unknown as GPUAdapter;
    const { lost } = await openGpu(offers(adapter));
    expect(await lost).toMatchObject({ name: 'DeviceError', code: 'lost' });
    expect((await lost).message).toContain('the driver was reset');
  });
});
