import { DeviceError } from '../errors.ts';
import { ANSWER_LIMIT_MS, inTime } from './in-time.ts';

/** A kernel that is ready to run once. */
export interface Kernel {
  readonly label: string;
  /** WGSL with an entry point `main`. */
  readonly code: string;
  /** Values of the code's overrides. */
  readonly constants?: Readonly<Record<string, number>>;
  /** In the order of @binding in @group(0). A size is explicit: the engine's buffers are longer than their data. */
  readonly bindings: readonly Binding[];
  readonly workgroups: number;
}

export type Binding =
  | { readonly buffer: GPUBuffer; readonly sizeBytes: number; readonly offsetBytes?: number }
  /** A uniform buffer that lives for this run; its size is a multiple of 16 bytes. */
  | { readonly uniform: ArrayBuffer };

const uniformUsage = 0x40 | 0x08; // UNIFORM | COPY_DST
const pipelines = new WeakMap<GPUDevice, Map<string, Promise<GPUComputePipeline>>>();

/** Submits the kernel. Resolves when the device has found no fault in the commands, not when they are done. */
export async function runKernel(device: GPUDevice, kernel: Kernel): Promise<void> {
  const pipeline = await preparedPipeline(device, kernel);
  const uniforms: GPUBuffer[] = [];
  device.pushErrorScope('validation');
  try {
    const entries = kernel.bindings.map((binding, index) => ({ binding: index, resource: resource(binding) }));
    const encoder = device.createCommandEncoder({ label: kernel.label });
    const pass = encoder.beginComputePass({ label: kernel.label });
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
    pass.dispatchWorkgroups(kernel.workgroups);
    pass.end();
    device.queue.submit([encoder.finish()]);
  } finally {
    // Submitted work keeps what it needs; destroying only gives the memory back early.
    for (const buffer of uniforms) buffer.destroy();
  }
  throwFault(kernel, await foundFault(kernel, device));

  function resource(binding: Binding): GPUBufferBinding {
    if ('buffer' in binding) {
      return { buffer: binding.buffer, offset: binding.offsetBytes ?? 0, size: binding.sizeBytes };
    }
    const buffer = device.createBuffer({ label: kernel.label, size: binding.uniform.byteLength, usage: uniformUsage });
    uniforms.push(buffer);
    device.queue.writeBuffer(buffer, 0, binding.uniform);
    return { buffer };
  }
}

function preparedPipeline(device: GPUDevice, kernel: Kernel): Promise<GPUComputePipeline> {
  let cache = pipelines.get(device);
  if (cache === undefined) {
    cache = new Map();
    pipelines.set(device, cache);
  }
  const key = JSON.stringify([kernel.label, kernel.constants ?? {}, kernel.code]);
  let pipeline = cache.get(key);
  if (pipeline === undefined) {
    pipeline = createPipeline(device, kernel);
    cache.set(key, pipeline);
  }
  return pipeline;
}

async function createPipeline(device: GPUDevice, kernel: Kernel): Promise<GPUComputePipeline> {
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ label: kernel.label, code: kernel.code });
  const pipeline = device.createComputePipeline({
    label: kernel.label,
    layout: 'auto',
    compute: { module, entryPoint: 'main', constants: { ...kernel.constants } },
  });
  const fault = await foundFault(kernel, device);
  const { messages } = await inTime(`Kernel ${kernel.label}`, ANSWER_LIMIT_MS, module.getCompilationInfo());
  const first = messages.find((message) => message.type === 'error');
  if (first) {
    throw new DeviceError('engine', `Kernel ${kernel.label}, line ${first.lineNum}: ${first.message}`);
  }
  throwFault(kernel, fault);
  return pipeline;
}

function foundFault(kernel: Kernel, device: GPUDevice): Promise<GPUError | null> {
  return inTime(`Kernel ${kernel.label}`, ANSWER_LIMIT_MS, device.popErrorScope());
}

function throwFault(kernel: Kernel, fault: GPUError | null): void {
  if (fault) throw new DeviceError('engine', `Kernel ${kernel.label}: ${fault.message}`);
}
