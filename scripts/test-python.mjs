/**
 * npm run test:python: the companion's tests, in a virtual environment of its own unless the interpreter has all it
 * needs. Without Python they are skipped, loudly; where CI is set that is a failure.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { must, root } from './ensure.mjs';

const python = process.env.PYTHON ?? 'python3';
const succeeds = (command, args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

if (!succeeds(python, ['-c', 'import sys; sys.exit(sys.version_info < (3, 11))'])) {
  console.error(`\nSKIPPED: the tests of the companion. They need Python 3.11 or newer; "${python}" is none.`);
  console.error('Install Python, or name one with PYTHON=… npm run test:python.\n');
  process.exit(process.env.CI ? 1 : 0);
}
let interpreter = python;
const parts = [
  'torch',
  'transformers',
  'diffusers',
  'peft',
  'accelerate',
  'onnxruntime',
  'onnxscript',
  'resvg_py',
  'webdataset',
];
if (!succeeds(python, ['-c', `import ${[...parts, 'pytest', 'ruff'].join(', ')}`])) {
  const home = join(root, 'python/.venv');
  interpreter = join(home, 'bin/python');
  if (!existsSync(interpreter)) must(python, ['-m', 'venv', home]);
  console.log('Installing what the companion needs …');
  must(interpreter, ['-m', 'pip', 'install', '--quiet', 'torch==2.13.0']);
  must(interpreter, ['-m', 'pip', 'install', '--quiet', '-e', `${join(root, 'python')}[dev]`]);
}
must(interpreter, ['-m', 'ruff', 'check', 'python']);
must(interpreter, ['-m', 'pytest', '-q', 'python/tests'], { PYTHONPATH: join(root, 'python'), OMP_NUM_THREADS: '2' });
