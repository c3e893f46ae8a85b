/** Which of ONNX Runtime's builds a browser can come to need: the others are not fetched for offline use. */

export interface Engines {
  /** Is there a navigator.gpu? */
  readonly webgpu: boolean;
  /** Is there WebAssembly.Suspending? */
  readonly jspi: boolean;
}

/** True for every file that is not a build of ONNX Runtime. The plain wasm build is the way out of every GPU trouble. */
export function isNeeded(url: string, { webgpu, jspi }: Engines): boolean {
  const build = /ort-wasm-simd-threaded(?:\.(\w+))?\.(?:mjs|wasm)$/.exec(url);
  if (!build) return true;
  switch (build[1]) {
    case undefined:
      return true;
    case 'jspi':
      return webgpu && jspi;
    case 'asyncify':
      return webgpu && !jspi;
    default:
      return false;
  }
}
