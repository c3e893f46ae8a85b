/**
 * A small MiniGPT-5 of random weights, converted by Python, with PyTorch's numbers beside it: for tests, of the page too.
 * It is made once for every state of the companion, and kept in .cache/.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ModelEntry, parseManifest, type Variant } from '../weights/manifest.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const companion = join(root, 'python');
const own = join(companion, '.venv/bin/python');
const python = process.env.PYTHON ?? (existsSync(own) ? own : 'python3');
const env = { ...process.env, PYTHONPATH: companion, OMP_NUM_THREADS: '2' };
const cache = join(root, '.cache/converted');

/** Two formats: arithmetic in float16, and in float32 with convolutions that are fetched in 8 bits. */
const FORMATS = ['q4f16', 'q4f32:8'];

interface Kept {
  readonly file: string;
  readonly dims: readonly number[];
}
/** By graph: float32 inputs, and what PyTorch makes of them in float32. Files are of `expected/`. */
export type Expected = Readonly<Record<string, { readonly inputs: Record<string, Kept>; readonly output: Kept }>>;

export interface Converted {
  readonly folder: string;
  /** Its two variants: q4f16 and q4f32. */
  readonly model: ModelEntry;
  readonly expected: Expected;
}

export const runPython = (...args: string[]) => spawnSync(python, args, { env, encoding: 'utf8' });

export const hasPython = (): boolean => runPython('-c', 'import interleaf.model, onnxscript').status === 0;

/** Throws where Python fails, with what it said. INTERLEAF_CONVERTED names a folder that holds it already. */
export function converted(): Converted {
  const folder = process.env.INTERLEAF_CONVERTED ?? join(cache, stateOfCompanion());
  if (!existsSync(folder)) {
    rmSync(cache, { recursive: true, force: true });
    mkdirSync(cache, { recursive: true });
    const made = mkdtempSync(join(cache, 'making-'));
    const script = join(companion, 'tests/converted.py');
    const { status, stderr } = runPython(script, made, ...FORMATS);
    if (status !== 0) throw new Error(`The stand-in could not be converted:\n${stderr}`);
    renameSync(made, folder);
  }
  const read = (path: string) => JSON.parse(readFileSync(join(folder, path), 'utf8'));
  const [model] = parseManifest(read('weights-manifest.json')).models;
  return { folder, model: model as ModelEntry, expected: read('expected/expected.json') };
}

/** All of the code that the stand-in is made by. */
function stateOfCompanion(): string {
  const hash = createHash('sha256').update(`${FORMATS}`);
  for (const part of ['interleaf', 'tests']) {
    const files = readdirSync(join(companion, part), { recursive: true }).map(String).sort();
    const code = files.filter((file) => file.endsWith('.py') && (part === 'interleaf' || !file.startsWith('test_')));
    for (const file of code) hash.update(file).update(readFileSync(join(companion, part, file)));
  }
  return hash.digest('hex').slice(0, 16);
}

export function variantOf({ model }: Converted, id: string): Variant {
  const variant = model.variants.find((each) => each.id === id);
  if (!variant) throw new Error(`The stand-in has no variant ${id}.`);
  return variant;
}

/** 1 where two lists of numbers have one direction. */
export function cosine(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) throw new Error(`${a.length} numbers, and ${b.length} were expected.`);
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * (y[i] as number), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
