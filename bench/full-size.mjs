/**
 * node bench/full-size.mjs FOLDER [--variant q4f32] [--only GRAPH …] [--no-run GRAPH …] [--json FILE]: a converted model
 * in Chromium. It is fetched into the browser's store; then every graph is created from the disk, in a browser of its own,
 * by the JSPI build, and run once. Told: seconds, whether all numbers are finite, and the most memory of the page's
 * process beyond what it had.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBrowser, ensureModules, root } from '../scripts/ensure.mjs';

const several = { type: 'string', multiple: true, default: [] };
const { values, positionals } = parseArgs({
  options: {
    variant: { type: 'string', default: 'q4f32' },
    only: several,
    'no-run': several,
    json: { type: 'string' },
  },
  allowPositionals: true,
});
if (positionals.length !== 1) {
  console.error('Name the folder that python -m interleaf convert wrote: node bench/full-size.mjs FOLDER');
  process.exit(1);
}

ensureModules();
const executablePath = await ensureBrowser();
const { createServer } = await import('vite');
const { chromium } = await import('@playwright/test');

const server = await createServer({
  root,
  logLevel: 'error',
  publicDir: resolve(positionals[0]),
  optimizeDeps: { noDiscovery: true, include: [] },
  server: { host: 'localhost', port: 4285, hmr: false, watch: null },
});
await server.listen();
const profile = join(tmpdir(), `interleaf-full-size-${process.pid}`);
const args = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ...['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
];

/** Each runs in the page. */
const works = {
  fetch: async ({ variant }) => (await import('/bench/full-size-page.ts')).fetchAll(variant),
  graph: async ({ name, variant, run }) => (await import('/bench/full-size-page.ts')).runGraph(name, variant, run),
};

/** Bytes of memory that the processes of pages have, and the most that each has had (Linux). */
async function memoryOfPages(devtools) {
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
  const found = new Map();
  for (const { id, type } of processInfo) {
    if (type !== 'renderer') continue;
    const status = readFileSync(`/proc/${id}/status`, 'utf8');
    const [now, most] = ['VmRSS', 'VmHWM'].map((key) => 1024 * Number(new RegExp(`${key}:\\s*(\\d+)`).exec(status)[1]));
    found.set(id, { now, most });
  }
  return found;
}

/** In a browser of its own, whose GPU holds nothing yet. bytes: the most that the page's process had, above what it had before. */
async function inPage(work, given) {
  const context = await chromium.launchPersistentContext(profile, { executablePath, args });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    page.setDefaultTimeout(0);
    const devtools = await context.browser().newBrowserCDPSession();
    await page.goto(new URL('e2e/graphs.html', server.resolvedUrls.local[0]).href);
    const before = await memoryOfPages(devtools);
    const started = performance.now();
    const result = await page.evaluate(`(${work})(${JSON.stringify(given)})`);
    const seconds = (performance.now() - started) / 1000;
    const after = [...(await memoryOfPages(devtools))].map(([id, { most }]) => most - (before.get(id)?.now ?? 0));
    return { bytes: Math.max(...after), seconds, result };
  } finally {
    await context.close();
  }
}

const mega = (bytes) => (bytes / 1e6).toFixed(0);
const { variant } = values;
const rows = [];
try {
  const fetched = await inPage(works.fetch, { variant });
  const { bytes, graphs } = fetched.result;
  console.log(
    `fetched: ${mega(bytes)} MB in ${fetched.seconds.toFixed(0)} s, ${mega(fetched.bytes)} MB of the page's memory`,
  );
  rows.push({ graph: 'fetch', bytes, heapBytes: fetched.bytes, seconds: fetched.seconds });
  for (const name of graphs) {
    if (values.only.length > 0 && !values.only.includes(name)) continue;
    const run = !values['no-run'].includes(name);
    try {
      const { result, bytes: heapBytes } = await inPage(works.graph, { name, variant, run });
      rows.push({ graph: name, heapBytes, ...result });
      const ran = run
        ? `run in ${result.runSeconds.toFixed(1)} s, ${result.notFinite} of ${result.numbers} numbers not finite`
        : 'not run';
      const share = ((100 * heapBytes) / result.weightBytes).toFixed(0);
      console.log(
        `${name}: ${mega(result.weightBytes)} MB, created in ${result.createSeconds.toFixed(1)} s, ${ran}; ` +
          `${mega(heapBytes)} MB of the page's memory (${share} %); ${result.device}`,
      );
    } catch (error) {
      rows.push({ graph: name, error: error.message });
      console.log(`${name}: ${error.message}`);
    }
  }
} finally {
  await server.close();
  rmSync(profile, { recursive: true, force: true });
}
if (values.json) writeFileSync(values.json, `${JSON.stringify(rows, null, 1)}\n`);
