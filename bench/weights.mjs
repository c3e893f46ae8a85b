/**
 * What large weights cost: memory of the page while a graph of 1 GiB is fetched and loaded, beside transformers.js with
 * the same graph; and what is fetched twice when connections are cut.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../scripts/ensure.mjs';
import { serveFolders } from './range-server.mjs';

export const WEIGHTS = { 'load-heap': 'of the weights', refetched: 'chunks/cut' };

const dist = process.env.INTERLEAF_DIST ?? join(root, 'dist');
const here = dirname(fileURLToPath(import.meta.url));
const PEER = 'transformers.js';
const CHUNK = 16 * 2 ** 20;
const DATA = ['model.onnx_data', 'model.onnx_data_1'];
const CUTS = 20;

/** The graph's folder, laid out as transformers.js wants it, too. */
function heavyFolder() {
  const folder = join(tmpdir(), 'interleaf-bench', 'heavy');
  const graph = join(folder, 'onnx');
  mkdirSync(graph, { recursive: true });
  if (!existsSync(join(graph, 'model.onnx'))) {
    console.log('Writing a graph of 1 GiB …');
    execFileSync('python3', [join(here, 'heavy_graph.py'), graph], { stdio: 'inherit' });
  }
  const config = { model_type: 'bert', 'transformers.js_config': { use_external_data_format: DATA.length } };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  return folder;
}

async function listed(folder, path) {
  const hash = createHash('sha256');
  const chunks = [];
  for await (const chunk of createReadStream(join(folder, path), { highWaterMark: CHUNK })) {
    hash.update(chunk);
    chunks.push(createHash('sha256').update(chunk).digest('hex'));
  }
  const bytes = statSync(join(folder, path)).size;
  return { path, bytes, sha256: hash.digest('hex'), chunkBytes: CHUNK, chunks };
}

/** The graph as a model of ours: its eyes. */
async function heavyModel(folder) {
  const [shipped] = JSON.parse(readFileSync(join(dist, 'weights-manifest.json'), 'utf8')).models;
  const files = await Promise.all(['model.onnx', ...DATA].map((path) => listed(join(folder, 'onnx'), path)));
  const [model] = files.map(({ path }) => path);
  return {
    ...shipped,
    ...{ id: 'heavy', revision: '1', files },
    text: { ...shipped.text, tokenizer: model },
    picture: { ...shipped.picture, nullConditioning: model },
    variants: [{ ...shipped.variants[0], id: 'f32', graphs: { vision: { model, data: DATA } } }],
  };
}

/** Runs in the page: the most memory that page and workers hold during the work, above what they held before. */
async function peakDuring(work, given) {
  const bytes = async () => (await performance.measureUserAgentSpecificMemory()).bytes;
  const before = await bytes();
  let [peak, done] = [before, false];
  const sampled = (async () => {
    while (!done) peak = Math.max(peak, await bytes());
  })();
  const started = performance.now();
  await work(given);
  const seconds = (performance.now() - started) / 1000;
  peak = Math.max(peak, await bytes());
  done = true;
  await sampled;
  return { bytes: peak - before, seconds };
}

/** Each runs in the page, and ends with the graph ready to run, or held. */
const works = {
  fetch: async ({ model, mirrors }) => {
    const { openWeights } = await import('/interleaf.js');
    await openWeights().fetch({ model, mirrors }, () => {});
  },
  load: async ({ model, mirrors }) => {
    const { wrap, proxy } = await import('/comlink/esm/comlink.mjs');
    const eyes = wrap(new Worker('/workers/eyes.js', { type: 'module' }));
    const runtime = new URL('/ort/', location.href).href;
    globalThis.kept = eyes;
    await eyes.load(
      { model, variant: 'f32', backend: 'webgpu-jspi', mirrors, runtime },
      proxy(() => {}),
    );
  },
  peer: async () => {
    const { AutoModel, env } = await import('/peers/@huggingface/transformers/dist/transformers.min.js');
    env.localModelPath = '/';
    env.allowRemoteModels = false;
    env.allowLocalModels = true;
    env.useWasmCache = false;
    const build = new URL('/ort/ort-wasm-simd-threaded.asyncify', location.href).href;
    env.backends.onnx.wasm.wasmPaths = { mjs: `${build}.mjs`, wasm: `${build}.wasm` };
    globalThis.kept = await AutoModel.from_pretrained('heavy', { device: 'webgpu', dtype: 'fp32' });
  },
};

/** In a page of its own, so that nothing of another measurement is in its memory. */
async function measure(context, url, work, given) {
  const page = await context.newPage();
  try {
    await page.goto(`${url}blank`);
    return await page.evaluate(`(${peakDuring})(${work}, ${JSON.stringify(given)})`);
  } finally {
    await page.close();
  }
}

function row(bench, subject, name, value, unit = WEIGHTS[bench]) {
  return { bench, subject, case: name, value, unit };
}

async function loadHeap(context, server, model, total) {
  const mirrors = [`${server.url}heavy/onnx/`];
  const rows = [];
  const add = async (subject, name, work) => {
    server.sentBytes = 0;
    const { bytes, seconds } = await measure(context, server.url, work, { model, mirrors });
    const said = `${(bytes / 1e6).toFixed(0)} MB at most, ${seconds.toFixed(1)} s, ${(server.sentBytes / 1e6).toFixed(0)} MB fetched`;
    console.log(`load-heap, ${subject}, ${name}: ${said}`);
    rows.push(row('load-heap', subject, name, bytes / total));
  };
  await add('interleaf', 'fetch', works.fetch);
  await add('interleaf', 'load', works.load);
  await add(PEER, 'fetch and load', works.peer);
  await add(PEER, 'load', works.peer);
  return rows;
}

async function refetched(context, server, model, total) {
  const mirrors = [`${server.url}heavy/onnx/`];
  const page = await context.newPage();
  await page.goto(`${server.url}blank`);
  let cuts = 0;
  server.sentBytes = 0;
  server.cutAfter = (_, bytes) => {
    if (cuts === CUTS || Math.random() > 0.3) return undefined;
    cuts += 1;
    return Math.floor(Math.random() * bytes);
  };
  await page.evaluate(`(${works.fetch})(${JSON.stringify({ model, mirrors })})`);
  server.cutAfter = () => undefined;
  const again = server.sentBytes - total;
  server.sentBytes = 0;
  await page.reload();
  await page.evaluate(`(${works.fetch})(${JSON.stringify({ model, mirrors })})`);
  const second = server.sentBytes;
  await page.close();
  console.log(`refetched: ${again} bytes after ${cuts} cuts; ${second} bytes on a second visit`);
  return [
    row('refetched', 'interleaf', 'cut', again / CHUNK / cuts),
    row('refetched', 'interleaf', 'second visit', second, 'bytes'),
  ];
}

function ensurePeers() {
  if (existsSync(join(here, 'peers/node_modules/@huggingface/transformers'))) return;
  console.log('Installing what is compared with …');
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' };
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
  execFileSync('npm', args, { cwd: join(here, 'peers'), stdio: 'inherit', env });
}

/** @param {readonly string[]} names of WEIGHTS */
export async function weightRows(names, chromium, executablePath) {
  if (names.length === 0) return [];
  if (names.includes('load-heap')) ensurePeers();
  const heavy = heavyFolder();
  const model = await heavyModel(heavy);
  const total = model.files.reduce((sum, { bytes }) => sum + bytes, 0);
  const folders = {
    '': dist,
    heavy,
    peers: join(here, 'peers/node_modules'),
    comlink: join(root, 'node_modules/comlink/dist'),
  };
  const server = await serveFolders(folders, 'heavy');
  const args = [
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ...['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
    // Memory is measured when it is asked for, and not at some time later.
    '--enable-blink-features=ForceEagerMeasureMemory',
  ];
  const rows = [];
  try {
    for (const [name, work] of Object.entries({ 'load-heap': loadHeap, refetched })) {
      if (!names.includes(name)) continue;
      // A profile on the disk: a private one would keep its files in memory.
      const profile = join(tmpdir(), 'interleaf-bench', `profile-${process.pid}-${name}`);
      const context = await chromium.launchPersistentContext(profile, { executablePath, args });
      try {
        rows.push(...(await work(context, server, model, total)));
      } finally {
        await context.close();
        rmSync(profile, { recursive: true, force: true });
      }
    }
  } finally {
    await server.stop();
  }
  return rows;
}
