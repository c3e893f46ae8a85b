import { DeviceError } from '../errors.ts';

/** What the adapter offers, as plain data: may cross a worker. */
export interface GpuProbe {
  readonly description: string;
  /** A software adapter: right numbers, but slower than wasm. */
  readonly software: boolean;
  readonly features: readonly string[];
  readonly maxBufferBytes: number;
  readonly maxBindingBytes: number;
}

export interface OpenGpu {
  readonly device: GPUDevice;
  readonly probe: GpuProbe;
  /** Resolves, once, when the device is lost for a reason other than destroy(). */
  readonly lost: Promise<DeviceError>;
}

/** What onnxruntime-web asks for itself; a missing shader-f16 fails fp16 models, missing subgroups are slow. */
const wantedFeatures = ['timestamp-query', 'shader-f16', 'subgroups', 'subgroup-size-control'] as const;
const wantedLimits = [
  'maxBindGroups',
  'maxStorageBuffersPerShaderStage',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupsPerDimension',
] as const;

/** Null when there is no adapter. Makes no device. @param api navigator.gpu, or what stands in for it */
export async function probeGpu(api: GPU | undefined): Promise<GpuProbe | null> {
  const adapter = await api?.requestAdapter({ powerPreference: 'high-performance' });
  return adapter ? describe(adapter) : null;
}

/** A device with all that the inference engine would ask for, ours to destroy. */
export async function openGpu(api: GPU | undefined): Promise<OpenGpu> {
  const adapter = await api?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter)
    throw new DeviceError('no-webgpu', 'This browser offers no WebGPU adapter. The CPU can be used instead.');
  const device = await requestDevice(adapter);
  const lost = device.lost.then((info) => {
    // destroy() is our own doing: then nobody needs to hear of it.
    if (info.reason === 'destroyed') return new Promise<never>(() => {});
    return new DeviceError('lost', `The GPU device was lost: ${info.message || 'no reason given'}. Start again.`);
  });
  return { device, probe: describe(adapter), lost };
}

/**
 * Where a subgroup may have fewer lanes, ONNX Runtime's attention gives wrong numbers for 32 tokens and more (seen with 8
 * lanes in 1.31.0-dev.20260914; without the feature the same graph is exact).
 */
const LEAST_SUBGROUP = 16;

async function requestDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const narrow = (adapter.info?.subgroupMinSize ?? 0) < LEAST_SUBGROUP;
  const useful = (name: string) => adapter.features.has(name) && !(narrow && name.startsWith('subgroup'));
  const requiredFeatures = wantedFeatures.filter(useful) as GPUFeatureName[];
  const requiredLimits = Object.fromEntries(wantedLimits.map((name) => [name, adapter.limits[name]]));
  try {
    return await adapter.requestDevice({ label: 'interleaf', requiredFeatures, requiredLimits });
  } catch (error) {
    throw new DeviceError('no-webgpu', `The GPU gave no device: ${String(error)}. The CPU can be used instead.`);
  }
}

function describe(adapter: GPUAdapter): GpuProbe {
  const { info, limits } = adapter;
  const words = [info?.vendor, info?.architecture, info?.description].filter(Boolean).join(' ');
  return {
    description: words || 'unnamed GPU',
    software: info?.isFallbackAdapter === true || /swiftshader|llvmpipe|lavapipe|basic render/i.test(words),
    features: [...adapter.features].sort(),
    maxBufferBytes: limits.maxBufferSize,
    maxBindingBytes: limits.maxStorageBufferBindingSize,
  };
}
