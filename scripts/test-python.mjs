/** npm run test:python: the companion's tests, in a virtual environment of its own unless one is active. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { must, root, run } from './ensure.mjs';

const python = process.env.PYTHON ?? 'python3';
const ready = ['-c', 'import torch, transformers, diffusers, peft, accelerate, onnxruntime, resvg_py, pytest'];
let interpreter = python;
if (run(python, ready, {}) !== 0) {
  const home = join(root, 'python/.venv');
  interpreter = join(home, 'bin/python');
  if (!existsSync(interpreter)) must(python, ['-m', 'venv', home]);
  console.log('Installing what the companion needs …');
  must(interpreter, ['-m', 'pip', 'install', '--quiet', 'torch==2.13.0']);
  must(interpreter, ['-m', 'pip', 'install', '--quiet', '-e', `${join(root, 'python')}[dev]`]);
}
must(interpreter, ['-m', 'ruff', 'check', 'python']);
must(interpreter, ['-m', 'pytest', '-q', 'python/tests'], { PYTHONPATH: join(root, 'python'), OMP_NUM_THREADS: '2' });
