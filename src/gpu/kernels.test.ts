import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBuffer, createBufferFrom, readBack } from './buffers.ts';
import { dawn } from './dawn.ts';
import { runKernel } from './kernel.ts';
import { kernelCases, sizes } from './kernel-cases.ts';
import { noiseKernel } from './kernels.ts';

const gpu = await dawn();
if (!gpu) console.warn('SKIPPED: no Vulkan adapter for Dawn. The kernels are tested in the browser only.');

describe.skipIf(!gpu)('on a GPU', () => {
  let device: GPUDevice;
  beforeAll(async () => {
    device = await (gpu as GPUAdapter).requestDevice();
  });
  afterAll(() => device?.destroy());

  describe.each(kernelCases)('$name equals its plain version', ({ differences }) => {
    test.each(sizes)('at %i', async (n) => {
      expect(await differences(device, n)).toEqual([]);
    });
  });

  test('a kernel that does not compile says its name and line', async () => {
    const code = '@compute @workgroup_size(1)\nfn main() { let x: u32 = 1.5; }';
    await expect(runKernel(device, { label: 'broken', code, bindings: [], workgroups: 1 })).rejects.toThrow(
      /Kernel broken, line 2: /,
    );
  });

  test('a buffer that is too small is an error, and the next kernel runs', async () => {
    const [small, enough] = [createBuffer(device, 'small', 16), createBuffer(device, 'enough', 256)];
    await expect(runKernel(device, noiseKernel(small, 1, 1, 64, 1))).rejects.toThrow('Kernel noise: ');
    await runKernel(device, noiseKernel(enough, 1, 1, 64, 1));
    small.destroy();
    enough.destroy();
  });

  test('what is written is read back, from an offset too', async () => {
    const buffer = createBufferFrom(device, 'numbers', Uint32Array.of(1, 2, 3, 4, 5));
    expect([...new Uint32Array(await readBack(device, buffer, 8, 12))]).toEqual([4, 5]);
    buffer.destroy();
  });
});
