/** Which engine computes, decided before anything is loaded. */
import { DeviceError } from '../errors.ts';
import { probeGpu } from '../gpu/device.ts';
import type { Backend } from '../stages.ts';
import type { Variant } from '../weights/manifest.ts';

export interface BackendChoice {
  readonly backend: Backend;
  readonly variant: string;
  /** One sentence: why. */
  readonly reason: string;
}

/** @param asked 'auto', or what the reader insists on */
export async function chooseBackend(
  asked: 'auto' | 'webgpu' | 'wasm',
  variants: readonly Variant[],
  api: GPU | undefined,
): Promise<BackendChoice> {
  const plain = variants.find((each) => each.needs.features.length === 0);
  const onCpu = (reason: string): BackendChoice => {
    if (plain) return { backend: 'wasm', variant: plain.id, reason };
    throw new DeviceError('no-webgpu', `${reason} This model needs a GPU. Choose the tiny model.`);
  };
  if (asked === 'wasm') return onCpu('The CPU, as asked.');
  const probe = await probeGpu(api).catch(() => null);
  if (!probe) {
    if (asked === 'webgpu') {
      throw new DeviceError('no-webgpu', 'This browser offers no WebGPU adapter. Choose "auto" or "wasm" as backend.');
    }
    return onCpu('This browser offers no WebGPU, so the CPU tells the story.');
  }
  if (asked === 'auto' && probe.software) return onCpu('The GPU here is a software one, so the CPU is faster.');
  const variant = variants.find(
    ({ needs }) =>
      needs.features.every((feature) => probe.features.includes(feature)) &&
      needs.maxBufferBytes <= Math.min(probe.maxBufferBytes, probe.maxBindingBytes),
  );
  if (!variant) {
    const least = Math.min(...variants.map(({ needs }) => needs.maxBufferBytes));
    if (asked === 'auto') return onCpu('The GPU allows only small buffers, so the CPU tells the story.');
    throw new DeviceError(
      'limits',
      `The GPU allows buffers of ${probe.maxBindingBytes} bytes; the model needs ${least}.`,
    );
  }
  const jspi = 'Suspending' in WebAssembly;
  const backend = jspi ? 'webgpu-jspi' : 'webgpu-asyncify';
  return { backend, variant: variant.id, reason: `The GPU (${probe.description}) tells the story.` };
}
