/** WebGPU in node, for tests: Dawn on whatever Vulkan driver there is. */
import { existsSync } from 'node:fs';

const SOFTWARE_DRIVER = '/usr/share/vulkan/icd.d/lvp_icd.json';

/** Held for as long as the process lives: Dawn's objects do not keep their instance alive. */
let instance: GPU | undefined;

export async function dawn(): Promise<GPUAdapter | null> {
  if (!process.env.VK_DRIVER_FILES && existsSync(SOFTWARE_DRIVER)) process.env.VK_DRIVER_FILES = SOFTWARE_DRIVER;
  try {
    const { create, globals } = await import('webgpu');
    Object.assign(globalThis, globals);
    instance ??= create([]);
    return await instance.requestAdapter();
  } catch {
    return null;
  }
}
