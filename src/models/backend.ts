/** Which engine computes, decided before anything is loaded. */
import { DeviceError } from '../errors.ts';
import { probeGpu } from '../gpu/device.ts';
import { inTime } from '../gpu/in-time.ts';
import type { Backend } from '../stages.ts';
import type { Variant } from '../weights/manifest.ts';

const PROBE_LIMIT_MS = 10_000;

export interface BackendChoice {
  readonly backend: Backend;
  readonly variant: string;
  /** Ids of all variants that this backend can run, in the manifest's order. */
  readonly able: readonly string[];
  /** One sentence: why. */
  readonly reason: string;
}

/** @param asked 'auto', or what the reader insists on */
export async function chooseBackend(
  asked: 'auto' | 'webgpu' | 'wasm',
  variants: readonly Variant[],
  api: GPU | undefined,
): Promise<BackendChoice> {
  const ids = (of: readonly Variant[]) => of.map(({ id }) => id);
  const plain = variants.filter((each) => each.needs.features.length === 0);
  const onCpu = (reason: string): BackendChoice => {
    if (plain[0]) return { backend: 'wasm', variant: plain[0].id, able: ids(plain), reason };
    throw new DeviceError('no-webgpu', `${reason} This model needs a GPU. Choose the tiny model.`);
  };
  if (asked === 'wasm') return onCpu('The CPU, as asked.');
  const probe = await inTime('The GPU', PROBE_LIMIT_MS, probeGpu(api)).catch(() => null);
  if (!probe) {
    if (asked === 'webgpu') {
      throw new DeviceError('no-webgpu', 'This browser offers no WebGPU adapter. Choose "auto" or "wasm" as backend.');
    }
    return onCpu('This browser offers no WebGPU, so the CPU tells the story.');
  }
  if (asked === 'auto' && probe.software) return onCpu('The GPU here is a software one, so the CPU is faster.');
  const has = Math.min(probe.maxBufferBytes, probe.maxBindingBytes);
  const able = variants.filter(({ needs }) => needs.features.every((feature) => probe.features.includes(feature)));
  const fitting = able.filter(({ needs }) => needs.maxBufferBytes <= has);
  const [variant] = fitting;
  if (!variant) {
    const least = Math.min(...able.map(({ needs }) => needs.maxBufferBytes));
    const lacks =
      able.length > 0
        ? `allows buffers of ${has} bytes; the model needs ${least}`
        : 'lacks a feature that the model needs';
    if (asked === 'auto') return onCpu(`The GPU ${lacks}, so the CPU tells the story.`);
    throw new DeviceError('limits', `The GPU ${lacks}. Choose "auto" or "wasm" as backend.`);
  }
  const jspi = 'Suspending' in WebAssembly;
  const backend = jspi ? 'webgpu-jspi' : 'webgpu-asyncify';
  return {
    backend,
    variant: variant.id,
    able: ids(fitting),
    reason: `The GPU (${probe.description}) tells the story.`,
  };
}
