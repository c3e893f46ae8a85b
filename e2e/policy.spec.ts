/** What runs apart from the page is bound by the same policy: no worker can ask another origin for anything. */
import { readFileSync } from 'node:fs';
import { test as base, expect, type Worker } from '@playwright/test';
import { policy } from '../policy.ts';
import { build, type Host, serveHost } from './servers.ts';

/** Not watched: these tests violate the policy on purpose. */
const test = base;
let other: Host;
test.beforeAll(async () => {
  other = await serveHost('<!doctype html><title>Another origin</title>', "default-src 'none'");
});
test.afterAll(() => other.stop());

/** 'reached', or the directive that refused. An answer that cannot be read would do to carry something out. */
function ask(worker: Worker, url: string): Promise<string> {
  return worker.evaluate(async (address) => {
    const refused = new Promise<string>((resolve) =>
      self.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), { once: true }),
    );
    return fetch(address, { mode: 'no-cors' }).then(
      () => 'reached',
      () => refused,
    );
  }, url);
}

test('every response carries the policy, and so does the page itself', async ({ page }) => {
  for (const path of ['', 'interleaf.js', 'workers/writer.js', 'workers/painter.js', 'service-worker.js']) {
    const response = await page.request.get(`${build.origin}/${path}`);
    expect(response.headers()['content-security-policy'], path).toBe(policy);
  }
  await page.goto('/');
  expect(await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content')).toBe(policy);
  expect(readFileSync('README.md', 'utf8')).toContain(`Content-Security-Policy: ${policy}\n`);
});

for (const name of ['writer', 'painter']) {
  test(`the ${name} cannot ask another origin`, async ({ page }) => {
    await page.goto('/');
    const [worker] = await Promise.all([
      page.waitForEvent('worker'),
      page.evaluate((script) => {
        Object.assign(globalThis, { kept: new Worker(script, { type: 'module' }) });
      }, `workers/${name}.js`),
    ]);
    expect(await ask(worker, `${build.origin}/weights-manifest.json`)).toBe('reached');
    expect(await ask(worker, other.url)).toBe('connect-src');
  });
}

test.describe('offline', () => {
  test.use({ serviceWorkers: 'allow' });

  test('the service worker cannot ask another origin', async ({ page, context }) => {
    const [worker] = await Promise.all([context.waitForEvent('serviceworker'), page.goto('/')]);
    expect(await ask(worker, `${build.origin}/weights-manifest.json`)).toBe('reached');
    expect(await ask(worker, other.url)).toBe('connect-src');
  });
});
