/** npm run size: the byte budgets of what a reader downloads. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from './ensure.mjs';

const MB = 1e6;
const files = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
const dist = join(root, 'dist');
if (!existsSync(join(dist, 'index.html'))) {
  console.error('There is no dist/: run npm run build first.');
  process.exit(1);
}
const all = files(dist);
const gzipped = (list) => list.reduce((sum, path) => sum + gzipSync(readFileSync(path)).length, 0);
const plain = (list) => list.reduce((sum, path) => sum + statSync(path).size, 0);
const scripts = all.filter((path) => /\.(js|css|html)$/.test(path) && !path.includes('/ort/'));

const budgets = [
  { name: 'page, scripts and workers, gzipped', bytes: gzipped(scripts), limit: 0.4 * MB },
  { name: 'tiny weights', bytes: plain(files(join(root, 'public/weights/tiny'))), limit: 40 * MB },
  { name: 'largest file', bytes: Math.max(...all.map((path) => statSync(path).size)), limit: 30 * MB },
];
for (const { name, bytes, limit } of budgets) {
  console.log(
    `${bytes <= limit ? 'ok  ' : 'OVER'} ${name}: ${(bytes / MB).toFixed(2)} of ${(limit / MB).toFixed(2)} MB`,
  );
}
process.exit(budgets.every(({ bytes, limit }) => bytes <= limit) ? 0 : 1);
