/**
 * npm run bench [-- NAME … --json FILE]: how long a four-page story takes in Chromium, on wasm and, where there is a
 * real adapter, on WebGPU, and what large weights cost. Names and cases are docs/contract.md's. Without a name: all.
 * npm run bench -- full FOLDER …: a converted model, graph by graph (full-size.mjs).
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ensureBrowser, ensureBuild, ensureModules, root } from '../scripts/ensure.mjs';
import { toldStory } from './told-story.mjs';
import { WEIGHTS, weightRows } from './weights.mjs';

if (process.argv[2] === 'full') {
  process.argv.splice(2, 1);
  await import('./full-size.mjs');
  process.exit();
}

const SECONDS = ['load-time', 'first-word', 'first-picture', 'story'];
const STORY = { ...Object.fromEntries(SECONDS.map((name) => [name, 's'])), decode: 'tokens/s', denoise: 'ms/step' };
const UNITS = { ...STORY, ...WEIGHTS };
/** The longest that a reader without a GPU may have to wait, when the weights are kept; and what weights may cost. */
const MOST = {
  'first-word, wasm': 5,
  'story, wasm': 90,
  ...{ 'load-heap, fetch': 0.25, 'load-heap, load': 0.25, 'refetched, cut': 1, 'refetched, second visit': 0 },
};
const request = { prompt: 'a turtle with a kite on the beach', seed: 7, pages: 4 };

const { values, positionals } = parseArgs({ options: { json: { type: 'string' } }, allowPositionals: true });
const unknown = positionals.find((name) => !(name in UNITS));
if (unknown) {
  console.error(`There is no benchmark "${unknown}". Choose from: ${Object.keys(UNITS).join(', ')}.`);
  process.exit(1);
}

const isAsked = (name) => positionals.length === 0 || positionals.includes(name);

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
function verdict({ bench, subject, case: name, value, unit }) {
  const most = subject === 'interleaf' ? MOST[`${bench}, ${name}`] : undefined;
  if (most === undefined) return '';
  return `   ${value <= most ? 'ok' : 'TOO MUCH'}, at most ${most} ${unit}`;
}

async function storyRows() {
  if (!Object.keys(STORY).some(isAsked)) return [];
  const server = await preview({
    root,
    logLevel: 'warn',
    preview: { host: 'localhost', port: 4275, strictPort: true },
  });
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
  return rowsOf(measured).map((row) => ({ ...row, subject: 'interleaf', unit: UNITS[row.bench] }));
}

// A story without a picture has no figure for one.
const rows = [
  ...(await storyRows()).filter(({ value }) => Number.isFinite(value)),
  ...(await weightRows(Object.keys(WEIGHTS).filter(isAsked), chromium, executablePath)),
];
const chosen = rows.filter(({ bench }) => isAsked(bench));
console.log(`\n${'benchmark'.padEnd(15)}${'subject'.padEnd(17)}${'case'.padEnd(16)}${'value'.padStart(9)}`);
for (const row of chosen) {
  const { bench, subject, case: name, value, unit } = row;
  const figure = `${value.toFixed(2).padStart(9)} ${unit}`;
  console.log(`${bench.padEnd(15)}${subject.padEnd(17)}${name.padEnd(16)}${figure}${verdict(row)}`);
}
if (values.json) {
  writeFileSync(values.json, '');
  for (const line of chosen) appendFileSync(values.json, `${JSON.stringify(line)}\n`);
}
