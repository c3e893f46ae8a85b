/** What the UNet listens to: nothing, and what the vokens say. Made on the GPU it stays there. */
import type { Tensor } from 'onnxruntime-web';
import { copy, createBuffer, upload } from '../gpu/buffers.ts';
import type { ModelShape } from '../stages.ts';
import type { Engine, Graph } from './engine.ts';

export interface Heard {
  /** [copies, L, C] */
  readonly tensor: Tensor;
  close(): void;
}

/**
 * @param vokens [K, D]
 * @param nothing [L, C], what is heard first where there are two copies; without guidance there is one, the vokens' own
 */
export async function hear(
  engine: Engine,
  mapper: Graph,
  shape: ModelShape,
  vokens: Float32Array,
  nothing: Float32Array<ArrayBuffer>,
  copies: 1 | 2,
): Promise<Heard> {
  const { K, D, L, C } = shape;
  const { Tensor: OrtTensor } = engine.ort;
  const { conditioning: said } = await mapper.run({ voken_states: new OrtTensor('float32', vokens, [1, K, D]) });
  if (!said) throw new Error('The mapper gave no conditioning.');
  const dims = [copies, L, C];
  const before = nothing.subarray(0, (copies - 1) * L * C);
  try {
    if (!engine.gpu) {
      const both = new Float32Array(copies * L * C);
      both.set(before);
      both.set(said.data as Float32Array, before.length);
      return { tensor: new OrtTensor('float32', both, dims), close() {} };
    }
    const { device } = engine.gpu;
    const both = createBuffer(device, 'conditioning', 4 * copies * L * C);
    if (before.length > 0) upload(device, both, before);
    copy(device, said.gpuBuffer as GPUBuffer, both, 4 * L * C, 4 * before.length);
    return {
      tensor: OrtTensor.fromGpuBuffer(both, { dataType: 'float32', dims }) as Tensor,
      close: () => both.destroy(),
    };
  } finally {
    said.dispose();
  }
}
