/** Every kernel equals its plain version on a page's own GPU: what node proves with Dawn, in a browser. */
import { build as bundle, type Rolldown } from 'vite';
import { needAdapter } from './adapter.ts';
import { expect, test } from './fixtures.ts';

type Cases = typeof import('../src/gpu/kernel-cases.ts');

/** The cases with all they import, as one script. */
async function casesScript(): Promise<string> {
  const built = await bundle({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    build: { write: false, target: 'es2023', lib: { entry: 'src/gpu/kernel-cases.ts', formats: ['es'] } },
  });
  const [{ output }] = built as [Rolldown.RolldownOutput];
  return output[0].code;
}

test('every kernel equals its plain version in the browser', async ({ page, baseURL }) => {
  const body = await casesScript();
  await page.route('**/kernel-cases.js', (route) => route.fulfill({ contentType: 'text/javascript', body }));
  await page.goto('/');
  await needAdapter(page);
  const found = await page.evaluate(async (script) => {
    const adapter = (await navigator.gpu.requestAdapter()) as GPUAdapter;
    const { kernelCases, sizes } = (await import(script)) as Cases;
    const device = await adapter.requestDevice();
    try {
      let compared = 0;
      const differences: string[] = [];
      for (const each of kernelCases) {
        for (const n of sizes) {
          compared += 1;
          for (const words of await each.differences(device, n)) differences.push(`${each.name} at ${n}: ${words}`);
        }
      }
      return { compared, differences };
    } finally {
      device.destroy();
    }
  }, new URL('kernel-cases.js', baseURL).href);
  expect(found).toEqual({ compared: 40, differences: [] });
});
