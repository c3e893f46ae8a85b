/** Whether the page has a WebGPU adapter. Without one a test is skipped, loudly; where CI is set that is a failure. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

export async function needAdapter(page: Page): Promise<void> {
  const found = await page.evaluate(async () => ((await navigator.gpu?.requestAdapter()) ?? null) !== null);
  const words = 'this Chromium has no WebGPU adapter, not even a software one';
  if (process.env.CI) expect(found, words).toBe(true);
  test.skip(!found, `SKIPPED: ${words}.`);
}
