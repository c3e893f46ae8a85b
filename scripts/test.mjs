/** npm test: every test of the browser side, from a fresh clone. Ends with `N passed, N failed`. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBrowser, ensureBuild, ensureModules, run } from './ensure.mjs';

ensureModules();
ensureBuild();
const browser = await ensureBrowser();
const reports = mkdtempSync(join(tmpdir(), 'interleaf-'));
const unitReport = join(reports, 'unit.json');
const pageReport = join(reports, 'page.json');

const unitStatus = run('npx', [
  'vitest',
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${unitReport}`,
]);
const pageStatus = run('npx', ['playwright', 'test', '--reporter=list,json'], {
  CHROMIUM_PATH: browser,
  PLAYWRIGHT_JSON_OUTPUT_FILE: pageReport,
});

const read = (path) => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
};
const unit = read(unitReport);
const page = read(pageReport);
rmSync(reports, { recursive: true });

const passed = (unit?.numPassedTests ?? 0) + (page?.stats.expected ?? 0) + (page?.stats.flaky ?? 0);
const skipped = (unit?.numPendingTests ?? 0) + (page?.stats.skipped ?? 0);
const counted = (unit?.numFailedTests ?? 0) + (page?.stats.unexpected ?? 0);
// A runner that fell over before it could count is a failure too.
const failed = Math.max(counted, (unitStatus !== 0) + (pageStatus !== 0), (unit ? 0 : 1) + (page ? 0 : 1));
console.log(`\n${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
process.exit(failed === 0 ? 0 : 1);
