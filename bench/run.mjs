/**
 * npm run bench [-- NAME … --json FILE]: how long a four-page story takes in Chromium, on wasm and, where there is a
 * real adapter, on WebGPU. Names and cases are docs/contract.md's. Without a name: all of them.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ensureBrowser, ensureBuild, ensureModules, root } from '../scripts/ensure.mjs';
import { toldStory } from './told-story.mjs';

const SECONDS = ['load-time', 'first-word', 'first-picture', 'story'];
const UNITS = { ...Object.fromEntries(SECONDS.map((name) => [name, 's'])), decode: 'tokens/s', denoise: 'ms/step' };
/** The longest that a reader without a GPU may have to wait, when the weights are kept. */
const MOST = { 'first-word, wasm': 5, 'story, wasm': 90 };
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

const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;

/** One figure per name, of one told story. */
function figuresOf({ load, firstWord, firstPicture, story, tokens, writing, steps }) {
  return {
    'load-time': load,
    'first-word': firstWord,
    'first-picture': firstPicture,
    story,
    decode: tokens / writing,
    denoise: 1000 * mean(steps),
  };
}

async function hasRealGpu(page) {
  return page.evaluate(async () => {
    const adapter = await navigator.gpu?.requestAdapter();
    return Boolean(adapter && !adapter.info.isFallbackAdapter);
  });
}

/** A first visit, weights from a server on this machine, and a second one, weights kept; in a profile of its own. */
async function measure(browser, url, backend) {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  const page = await context.newPage();
  const visits = {};
  for (const visit of ['cold', 'warm']) {
    await page.goto(url);
    if (backend === 'webgpu' && !(await hasRealGpu(page))) {
      console.log('webgpu: skipped, this browser has no real adapter.');
      break;
    }
    const told = await page.evaluate(toldStory, { ...request, backend });
    console.log(`${backend}, ${visit}: ${told.pages} pages, ${told.pictures} pictures, ${told.tokens} tokens`);
    visits[visit] = figuresOf(told);
  }
  await context.close();
  return visits.warm && visits;
}

/** cold and warm on what a reader's machine chooses by itself; warm on each backend that there is. */
function rowsOf(measured) {
  const own = measured.webgpu ?? measured.wasm;
  const cases = { ...own, ...Object.fromEntries(Object.entries(measured).map(([name, { warm }]) => [name, warm])) };
  const seconds = SECONDS.flatMap((bench) =>
    Object.entries(cases).map(([name, figures]) => ({ bench, case: name, value: figures[bench] })),
  );
  const decode = Object.entries(measured).map(([name, { warm }]) => ({
    bench: 'decode',
    case: name,
    value: warm.decode,
  }));
  return [...seconds, ...decode, { bench: 'denoise', case: 'step', value: own.warm.denoise }];
}

/** Beside the value: what it may be, where a floor is set. */
function verdict(bench, name, value) {
  const most = MOST[`${bench}, ${name}`];
  if (most === undefined) return '';
  return `   ${value <= most ? 'ok' : 'TOO LONG'}, at most ${most} s`;
}

const server = await preview({ root, logLevel: 'warn', preview: { host: 'localhost', port: 4275, strictPort: true } });
const args = [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--enable-unsafe-webgpu'];
const browser = await chromium.launch({ executablePath, args });
const measured = {};
try {
  for (const backend of ['wasm', 'webgpu']) {
    const visits = await measure(browser, server.resolvedUrls.local[0], backend);
    if (visits) measured[backend] = visits;
  }
} finally {
  await browser.close();
  await server.close();
}

// A story without a picture has no figure for one.
const rows = rowsOf(measured).filter(({ value }) => Number.isFinite(value));
const chosen = rows.filter(({ bench }) => positionals.length === 0 || positionals.includes(bench));
console.log(`\n${'benchmark'.padEnd(15)}${'case'.padEnd(8)}${'value'.padStart(9)}`);
for (const { bench, case: name, value } of chosen) {
  const figure = `${value.toFixed(2).padStart(9)} ${UNITS[bench]}`;
  console.log(`${bench.padEnd(15)}${name.padEnd(8)}${figure}${verdict(bench, name, value)}`);
}
if (values.json) {
  writeFileSync(values.json, '');
  for (const { bench, case: name, value } of chosen) {
    const line = { bench, subject: 'interleaf', case: name, value, unit: UNITS[bench] };
    appendFileSync(values.json, `${JSON.stringify(line)}\n`);
  }
}
