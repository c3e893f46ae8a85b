import { defineConfig } from '@playwright/test';
import { build, outDir } from './e2e/servers.ts';

// No browser of our own choosing means Playwright's own. As root, Chromium runs only without its sandbox.
const chromium = process.env.CHROMIUM_PATH;
const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const launchOptions = { args, ...(chromium ? { executablePath: chromium } : {}) };
/** Chromium's own software GPU: slow, without shader-f16, and present everywhere. */
const gpuArgs = [...args, '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];
const onGpu = /(webgpu|graphs|kernels|converted)\.spec\.ts$/;

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  // Two slow cores: one story at a time, and no test is timed.
  workers: 1,
  timeout: 300_000,
  expect: { timeout: 60_000 },
  forbidOnly: true,
  reporter: 'list',
  use: { baseURL: build.origin, serviceWorkers: 'block', trace: 'off', launchOptions },
  projects: [
    { name: 'page', testIgnore: onGpu },
    { name: 'webgpu', testMatch: onGpu, use: { launchOptions: { ...launchOptions, args: gpuArgs } } },
  ],
  webServer: {
    command: `npx vite preview --outDir ${outDir} --port ${build.port} --strictPort --host localhost`,
    url: build.origin,
    timeout: 120_000,
  },
});
