/**
 * npm run bench [-- NAME … --json FILE]: how long a four-page story takes in Chromium, on wasm and, where there is a
 * real adapter, on WebGPU. cold: a first visit, weights from a server on this machine; warm: weights kept.
 * Names: first-word, first-picture, story, decode, paint. Without a name: all of them.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ensureBrowser, ensureBuild, ensureModules, root } from '../scripts/ensure.mjs';
import { toldStory } from './told-story.mjs';

const UNITS = { 'first-word': 's', 'first-picture': 's', story: 's', decode: 'tokens/s', paint: 's/picture' };
const request = { prompt: 'a turtle with a kite on the beach', seed: 7, pages: 4 };

const { values, positionals } = parseArgs({ options: { json: { type: 'string' } }, allowPositionals: true });
const unknown = positionals.find((name) => !(name in UNITS));
if (unknown) {
  console.error(`There is no benchmark "${unknown}". Choose from: ${Object.keys(UNITS).join(', ')}.`);
  process.exit(1);
}

ensureModules();
ensureBuild();
const executablePath = await ensureBrowser();
const { preview } = await import('vite');
const { chromium } = await import('@playwright/test');

/** One figure per name, of one told story. */
function figuresOf({ firstWord, firstPicture, story, tokens, writing, painted }) {
  const mean = painted.reduce((sum, seconds) => sum + seconds, 0) / painted.length;
  const figures = {
    'first-word': firstWord,
    'first-picture': firstPicture,
    story,
    decode: tokens / writing,
    paint: mean,
  };
  return Object.entries(figures).filter(([, value]) => Number.isFinite(value));
}

async function hasRealGpu(page) {
  return page.evaluate(async () => {
    const adapter = await navigator.gpu?.requestAdapter();
    return Boolean(adapter && !adapter.info.isFallbackAdapter);
  });
}

/** A first visit and a second one in a browser profile of its own. */
async function measure(browser, url, backend) {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  const page = await context.newPage();
  const rows = [];
  for (const visit of ['cold', 'warm']) {
    await page.goto(url);
    if (backend === 'webgpu' && !(await hasRealGpu(page))) {
      console.log('webgpu: skipped, this browser has no real adapter.');
      break;
    }
    const told = await page.evaluate(toldStory, { ...request, backend });
    console.log(`${backend}, ${visit}: ${told.pages} pages, ${told.painted.length} pictures, ${told.tokens} tokens`);
    for (const [bench, value] of figuresOf(told)) rows.push({ bench, case: `${backend}, ${visit}`, value });
  }
  await context.close();
  return rows;
}

const server = await preview({ root, logLevel: 'warn', preview: { host: 'localhost', port: 4275, strictPort: true } });
const args = [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--enable-unsafe-webgpu'];
const browser = await chromium.launch({ executablePath, args });
const rows = [];
try {
  for (const backend of ['wasm', 'webgpu'])
    rows.push(...(await measure(browser, server.resolvedUrls.local[0], backend)));
} finally {
  await browser.close();
  await server.close();
}

const chosen = rows.filter(({ bench }) => positionals.length === 0 || positionals.includes(bench));
console.log(`\n${'benchmark'.padEnd(15)}${'case'.padEnd(14)}${'value'.padStart(9)}`);
for (const { bench, case: name, value } of chosen) {
  console.log(`${bench.padEnd(15)}${name.padEnd(14)}${value.toFixed(2).padStart(9)} ${UNITS[bench]}`);
}
if (values.json) {
  writeFileSync(values.json, '');
  for (const { bench, case: name, value } of chosen) {
    const line = { bench, subject: 'interleaf', case: name, value, unit: UNITS[bench] };
    appendFileSync(values.json, `${JSON.stringify(line)}\n`);
  }
}
