import { createReadStream, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defaultClientConditions, defineConfig, type Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { policy, policyHeader } from './policy.ts';
import { offlineBuild } from './src/offline/build.ts';

const dist = fileURLToPath(new URL('node_modules/onnxruntime-web/dist/', import.meta.url));
const builds = ['', '.jspi', '.asyncify'].flatMap((build) => [
  `ort-wasm-simd-threaded${build}.mjs`,
  `ort-wasm-simd-threaded${build}.wasm`,
]);

/** ONNX Runtime's own files lie beside ours, as they are: ort/. */
const runtimeFiles: Plugin = {
  name: 'runtime-files',
  configureServer(server) {
    server.middlewares.use('/ort/', (request, response, next) => {
      const name = (request.url ?? '').slice(1).split('?')[0] ?? '';
      if (!builds.includes(name)) return next();
      response.setHeader('content-type', name.endsWith('.wasm') ? 'application/wasm' : 'text/javascript');
      createReadStream(dist + name).pipe(response);
    });
  },
  generateBundle() {
    for (const name of builds)
      this.emitFile({ type: 'asset', fileName: `ort/${name}`, source: readFileSync(dist + name) });
  },
};

/** The page's own policy, for a host that sends no header. */
const policyTag: Plugin = {
  name: 'policy-tag',
  transformIndexHtml: () => [
    { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: policy }, injectTo: 'head-prepend' },
  ],
};

export default defineConfig({
  base: './',
  resolve: { conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions] },
  optimizeDeps: { exclude: ['onnxruntime-web'] },
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    modulePreload: false,
    rolldownOptions: {
      preserveEntrySignatures: 'exports-only',
      input: {
        page: 'index.html',
        interleaf: 'src/interleaf.ts',
        'workers/writer': 'src/workers/writer.worker.ts',
        'workers/painter': 'src/workers/painter.worker.ts',
        'workers/eyes': 'src/workers/eyes.worker.ts',
        'workers/weights': 'src/workers/weights.worker.ts',
      },
      // Every script lies at the top, so that import.meta.url is where manifest, weights, workers and wasm lie, too.
      output: {
        entryFileNames: (chunk) => (chunk.name === 'page' ? '[name]-[hash].js' : '[name].js'),
        chunkFileNames: '[name]-[hash].js',
      },
    },
  },
  // An embedding page of another origin loads scripts, wasm and weights from here.
  preview: { cors: true, headers: policyHeader },
  plugins: [runtimeFiles, policyTag, VitePWA(offlineBuild)],
});
