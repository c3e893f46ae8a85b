/** What a fresh clone still lacks: node modules, a build, a browser. Only Node itself is assumed. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

export function run(command, args, env = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  if (result.error) throw result.error;
  return result.status ?? 1;
}

export function must(command, args, env) {
  const status = run(command, args, env);
  if (status !== 0) {
    console.error(`\n${command} ${args.join(' ')} failed with exit status ${status}.`);
    process.exit(status);
  }
}

const newest = (path) => {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
};

/** Installs exactly what package-lock.json names, unless that has been done since it last changed. */
export function ensureModules() {
  const done = newest(join(root, 'node_modules/.package-lock.json'));
  if (done >= newest(join(root, 'package-lock.json'))) return;
  console.log('Installing what the page is built with …');
  // Not ci: it refuses a lock whose optional packages for other platforms a registry does not have.
  must('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']);
}

/** Builds dist/, unless it is newer than everything it is made from. */
export function ensureBuild() {
  const sources = ['src', 'public', 'index.html', 'vite.config.ts', 'policy.ts', 'package-lock.json'];
  const built = newest(join(root, 'dist/index.html'));
  if (built > Math.max(...sources.map((name) => newest(join(root, name))))) return;
  console.log('Building the page …');
  must('npx', ['vite', 'build', '--logLevel', 'warn']);
}

/** With the system's libraries that it needs, where we may install them: that takes root. */
function installBrowser() {
  const root = process.getuid?.() === 0;
  if (root && run('npx', ['playwright', 'install', '--with-deps', 'chromium']) === 0) return;
  must('npx', ['playwright', 'install', 'chromium']);
  if (!root) console.log('Should it not start: sudo npx playwright install-deps chromium');
}

/** Path of a Chromium: CHROMIUM_PATH, one on the PATH, or Playwright's own, which is installed if it must be. */
export async function ensureBrowser() {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (existsSync(named)) return named;
    console.error(`CHROMIUM_PATH is ${named}, but there is no such file. Unset it or correct it.`);
    process.exit(1);
  }
  for (const name of ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']) {
    for (const folder of (process.env.PATH ?? '').split(':')) {
      if (existsSync(join(folder, name))) return join(folder, name);
    }
  }
  const { chromium } = await import('@playwright/test');
  if (!existsSync(chromium.executablePath())) {
    console.log('No Chromium found: installing one for the tests …');
    installBrowser();
  }
  return chromium.executablePath();
}
