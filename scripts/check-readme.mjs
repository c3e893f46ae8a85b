/** Every path, command and option that the README and the docs name must exist, and the README stays under 150 lines. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './ensure.mjs';

const scripts = Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts);
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'))
    .filter((f) => f.endsWith('.md'))
    .map((f) => `docs/${f}`),
];
const faults = [];

/** Each command of the companion with the source of what it runs. */
const main = readFileSync(join(root, 'python/interleaf/__main__.py'), 'utf8');
const commands = new Map(
  [...main.matchAll(/"([a-z]+)": \("([\w.]+)"/g)].map(([, name, module]) => [name, sourceOf(module)]),
);

function sourceOf(module) {
  const path = join(root, 'python', ...module.split('.'));
  if (existsSync(`${path}.py`)) return readFileSync(`${path}.py`, 'utf8');
  const parts = readdirSync(path).filter((name) => name.endsWith('.py'));
  return parts.map((name) => readFileSync(join(path, name), 'utf8')).join('\n');
}

for (const page of pages.filter((name) => existsSync(join(root, name)))) {
  const text = readFileSync(join(root, page), 'utf8');
  for (const [, target] of text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)) {
    if (!existsSync(join(root, dirname(page), target)))
      faults.push(`${page}: links to ${target}, which does not exist`);
  }
  for (const [, path] of text.matchAll(/`((?:src|python|docs|e2e|bench|scripts|golden|public)\/[\w./-]*)`/g)) {
    if (!existsSync(join(root, path))) faults.push(`${page}: names ${path}, which does not exist`);
  }
  for (const [said, name] of text.matchAll(/npm (?:run ([\w:-]+)|start\b|test\b)/g)) {
    if (!scripts.includes(name ?? said.slice(4))) faults.push(`${page}: ${said} is no script of package.json`);
  }
  for (const [, name, rest] of text.matchAll(/python -m interleaf ([a-z]+)([^\n`#]*)/g)) {
    const source = commands.get(name);
    if (source === undefined) faults.push(`${page}: python -m interleaf ${name} is no command`);
    for (const [option] of rest.matchAll(/--[a-z][\w-]*/g)) {
      if (!source?.includes(`"${option}"`)) faults.push(`${page}: python -m interleaf ${name} takes no ${option}`);
    }
  }
}
const lines = existsSync(join(root, 'README.md'))
  ? readFileSync(join(root, 'README.md'), 'utf8').split('\n').length
  : 0;
if (lines === 0) faults.push('README.md is missing');
if (lines > 150) faults.push(`README.md has ${lines} lines; 150 is the limit`);
for (const fault of faults) console.error(fault);
process.exit(faults.length === 0 ? 0 : 1);
