/** The only door to ONNX Runtime: one build per worker, one device of our own, one run at a time, and a watchdog. */
import type { InferenceSession, Tensor } from 'onnxruntime-web';
import type { DeviceError } from '../errors.ts';
import { type OpenGpu, openGpu } from '../gpu/device.ts';
import type { Backend } from '../stages.ts';
import { blobOf, bytesOf, type Files } from '../weights/files.ts';
import { type GraphName, graphOf, type Variant } from '../weights/manifest.ts';
import { oneAtATime } from './one-at-a-time.ts';

type Ort = typeof import('onnxruntime-web');
export type Feeds = Record<string, Tensor>;

export interface Graph {
  readonly name: GraphName;
  readonly inputs: readonly string[];
  /** fetches: outputs that are written to tensors of ours; the others are made anew. */
  run(feeds: Feeds, fetches?: Readonly<Record<string, Tensor | null>>): Promise<Feeds>;
}

export interface Engine {
  readonly backend: Backend;
  readonly ort: Ort;
  /** Absent on wasm. */
  readonly gpu: OpenGpu | undefined;
  /** Outputs named in `onGpu` stay there. */
  open(name: GraphName, variant: Variant, files: Files, onGpu?: readonly string[]): Promise<Graph>;
  /** Does the work, unless the device is useless; a fault in it that came of losing the device is told as that loss. */
  guard<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const OPEN_LIMIT_MS = 30_000;
const CREATE_LIMIT_MS = 600_000;
const RUN_LIMIT_MS = 300_000;
const RELEASE_LIMIT_MS = 30_000;

async function loadOrt(backend: Backend): Promise<Ort> {
  // Each is another build; a literal path lets the bundler split them.
  if (backend === 'wasm') return (await import('onnxruntime-web/wasm')) as unknown as Ort;
  if (backend === 'webgpu-jspi') return (await import('onnxruntime-web/jspi')) as unknown as Ort;
  backend satisfies 'webgpu-asyncify';
  return (await import('onnxruntime-web/webgpu')) as unknown as Ort;
}

/**
 * The WebGPU provider on our device. A float16 sum of a language model's 4096 or 11008 products loses digits, or passes
 * 65504 on its way to a small number, and then all that follows is infinite: sums are float32.
 */
export const onDevice = (device: GPUDevice) =>
  ({ name: 'webgpu', device, enableMatmulFp32Accumulation: true }) as { name: 'webgpu' };

/**
 * @param runtime absolute URL of the folder with ONNX Runtime's own files, with a slash at its end
 * @param runLimitMs after how long without an answer a run counts as hanging
 */
export async function createEngine(backend: Backend, runtime: string, runLimitMs = RUN_LIMIT_MS): Promise<Engine> {
  const ort = await loadOrt(backend);
  ort.env.wasm.wasmPaths = runtime;
  ort.env.wasm.numThreads = globalThis.crossOriginIsolated ? Math.min(4, navigator.hardwareConcurrency || 1) : 1;
  ort.env.wasm.proxy = false;
  ort.env.logLevel = 'error';
  let lose: (error: DeviceError) => void = () => {};
  const lost = new Promise<DeviceError>((resolve) => {
    lose = resolve;
  });
  /** ONNX Runtime hangs, or answers wrongly, when two of its calls overlap. */
  const calls = oneAtATime(lost);
  const openDevice = () => openGpu(globalThis.navigator?.gpu);
  const gpu = backend === 'wasm' ? undefined : await calls.do('Opening the GPU', OPEN_LIMIT_MS, openDevice);
  gpu?.lost.then(lose);
  const sessions: InferenceSession[] = [];
  // Only the JSPI build reads a Blob piece by piece, from the disk to the GPU; the others would hold it whole, and do.
  const dataOf = async (files: Files, path: string) =>
    backend === 'webgpu-jspi' ? blobOf(files, path) : bytesOf(files, path);

  return {
    backend,
    ort,
    gpu,
    async open(name, variant, files, onGpu = []) {
      const of = graphOf(variant, name);
      const session = await calls.do(`Loading ${name}`, CREATE_LIMIT_MS, async () =>
        ort.InferenceSession.create(await bytesOf(files, of.model), {
          executionProviders: gpu ? [onDevice(gpu.device)] : ['wasm'],
          externalData: await Promise.all(of.data.map(async (path) => ({ path, data: await dataOf(files, path) }))),
          graphOptimizationLevel: 'all',
          ...(gpu && onGpu.length > 0
            ? { preferredOutputLocation: Object.fromEntries(onGpu.map((output) => [output, 'gpu-buffer' as const])) }
            : {}),
        }),
      );
      sessions.push(session);
      return {
        name,
        inputs: session.inputNames,
        run: (feeds, fetches) =>
          calls.do(`Running ${name}`, runLimitMs, async () =>
            fetches ? await session.run(feeds, fetches) : await session.run(feeds),
          ) as Promise<Feeds>,
      };
    },
    guard: calls.guard,
    async close() {
      const release = async () => {
        for (const session of sessions.splice(0)) await session.release().catch(() => {});
      };
      // Sessions that can no longer be released go with the worker.
      await calls.do('Releasing the graphs', RELEASE_LIMIT_MS, release).catch(() => {});
      gpu?.device.destroy();
    },
  };
}
