/** What is fetched, as its reader meets it: how far it is, why it waits, held up, gone on with, given up, kept or not. */
import { AxeBuilder } from '@axe-core/playwright';
import { type Page, test as unwatched } from '@playwright/test';
import { policyFor } from '../policy.ts';
import { type FaultServer, serveFaults } from './fault-server.ts';
import { expect, test } from './fixtures.ts';
import { content, MB, type PlainModel, plainModel, stateOf } from './held.ts';
import { serveHost } from './servers.ts';
import type { StoryElement } from './telling.ts';

const files = {
  'small.onnx': content(300_000, 1),
  'big.data': content(80 * MB, 2),
  'smaller.data': content(70 * MB, 3),
};
const graphs = ['embed', 'decoder', 'mapper', 'unet', 'vae_decoder'];
/** In two forms; nothing can be told with either. */
function twoForms(): PlainModel {
  const model = plainModel(files) as PlainModel & { variants: Record<string, unknown>[] };
  const form = (id: string, data: string) => ({
    ...{ ...model.variants[0], id },
    graphs: Object.fromEntries(
      graphs.map((name) => [name, { model: 'small.onnx', data: name === 'embed' ? [data] : [] }]),
    ),
  });
  const variants = [form('large', 'big.data'), form('small', 'smaller.data')];
  return { ...model, ...{ title: 'Plain', licence: 'MIT', mirrors: ['model/'], variants } } as PlainModel;
}
const manifest = JSON.stringify({ schema: 1, models: [twoForms()] });
/** Some megabytes a second, four requests together. */
const slowly = () => ({ kind: 'slow', everyMs: 40, bytes: 32 * 1024 }) as const;

let server: FaultServer;
test.beforeEach(async ({ page }) => {
  server = await serveFaults(files);
  server.manifest = manifest;
  server.fault = slowly;
  await page.goto(server.url);
});
test.afterEach(() => server.stop());

async function ask(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: /what shall/i }).fill('an owl at night');
  await page.getByRole('button', { name: /tell the story/i }).click();
  await expect(page.getByRole('alertdialog', { name: /has to be fetched first/ })).toBeVisible();
}

async function begin(page: Page): Promise<void> {
  await ask(page);
  await page.getByRole('button', { name: /^fetch 8/i }).click();
}

const fetching = (page: Page) => page.getByRole('group', { name: 'Fetching' });

async function nothingMoves(): Promise<void> {
  const sent = () => server.asked.reduce((sum, each) => sum + each.sent, 0);
  // What was on its way when it was held up is written by then.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const [requests, bytes] = [server.asked.length, sent()];
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect([server.asked.length, sent()]).toEqual([requests, bytes]);
}

test('speed and time are told; held up, it is kept over a reload and gone on with to its end', async ({ page }) => {
  await begin(page);
  await expect(fetching(page)).toContainText(/[\d.]+ [MG]B of 85 MB, [\d.]+ [kM]B a second, .* left/);
  // What has come of a chunk is kept when all of it has.
  await expect.poll(() => server.asked.length).toBeGreaterThan(8);
  await fetching(page).getByRole('button', { name: 'Pause' }).click();
  await expect(fetching(page)).toContainText(/Paused at \d+ MB of 85 MB/);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await nothingMoves();
  await fetching(page).getByRole('button', { name: 'Go on' }).click();
  await expect(fetching(page)).toContainText(/a second/);
  await page.reload();
  const unfinished = page.getByRole('region', { name: 'Not here in full' });
  await expect(unfinished).toContainText(/Plain is not here in full yet: \d+ MB of 85 MB are kept/);
  const before = server.asked.length;
  server.fault = () => undefined;
  await unfinished.getByRole('button', { name: /fetch the other \d+ MB/i }).click();
  await expect.poll(() => stateOf(page)).toEqual(['plain@1 whole']);
  await expect(unfinished).toBeHidden();
  // What was there was not sent again.
  const again = server.asked.slice(before).reduce((sum, each) => sum + each.sent, 0);
  expect(again).toBeLessThan(files['big.data'].length);
});

test('given up, it says how much is kept and where that can be removed, and there it can', async ({ page }) => {
  await begin(page);
  await expect(fetching(page)).toContainText(/a second/);
  await expect.poll(() => server.asked.length).toBeGreaterThan(6);
  await fetching(page).getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText(/MB of 85 MB of Plain are kept here, and fetching goes on from there/)).toBeVisible();
  await expect(page.getByRole('alert')).toBeHidden();
  await expect(page.getByRole('textbox', { name: /what shall/i })).toHaveValue('an owl at night');
  await nothingMoves();
  await page.getByText('Settings', { exact: true }).click();
  const held = page.getByRole('region', { name: 'On this machine' });
  await expect(held).toContainText(/Plain, \d+ MB of 85 MB so far/);
  // A private window promises nothing (R17).
  await expect(held).toContainText(/has not promised to keep it.*may clear it by itself/s);
  await held.getByRole('button', { name: /ask it to promise/i }).click();
  await expect(held).toContainText(/does not promise yet/);
  await expect(held.getByRole('button', { name: /ask it again/i })).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await held.getByRole('button', { name: /remove plain/i }).click();
  await expect(held).toContainText('No storyteller is kept here yet');
});

test('why nothing arrives is said, and for how long', async ({ page }) => {
  let busy = false;
  server.fault = () => (busy ? { kind: 'status', status: 503, headers: { 'retry-after': '40' } } : slowly());
  await begin(page);
  await expect(fetching(page)).toContainText(/a second/);
  busy = true;
  await expect(fetching(page)).toContainText(/The server is busy; again in 3\d s/);
  await expect(fetching(page)).toContainText(/again in 3[0-5] s/);
  await fetching(page).getByRole('button', { name: 'Cancel' }).click();
  busy = false;
  await begin(page);
  await expect(fetching(page)).toContainText(/a second/);
  await page.context().setOffline(true);
  await server.stop();
  await expect(fetching(page)).toContainText(/Waiting for the network; again in \d+ s/);
});

test('another form than the proposed one may be fetched, and nothing of it kept', async ({ page }) => {
  server.fault = () => undefined;
  await ask(page);
  const dialog = page.getByRole('alertdialog');
  await expect(dialog.getByRole('radio', { name: /^85 MB \(large\), proposed/ })).toBeChecked();
  await dialog.getByRole('radio', { name: /^74 MB \(small\)/ }).check();
  await dialog.getByRole('checkbox', { name: /keep nothing on this machine/i }).check();
  await dialog.getByRole('button', { name: 'Fetch 74 MB' }).click();
  // The bytes are none that an engine could read.
  await expect(page.getByRole('alert')).toBeVisible();
  expect(new Set(server.asked.map(({ path }) => path))).toEqual(new Set(['/model/small.onnx', '/model/smaller.data']));
  expect(await stateOf(page)).toEqual([]);
});

test('where nothing can be kept, that is said before anything is fetched, with what it means', async ({ page }) => {
  const html = `<!doctype html><title>A host</title><iframe width="800" height="800" src="${server.url}"></iframe>`;
  const host = await serveHost(html, 'frame-src *');
  await page.goto(host.url);
  const frame = page.frameLocator('iframe');
  await frame.getByRole('textbox', { name: /what shall/i }).fill('an owl at night');
  await frame.getByRole('button', { name: /tell the story/i }).click();
  const dialog = frame.getByRole('alertdialog');
  await expect(dialog).toContainText(/Nothing can be kept here.*fetched anew at every visit/s);
  await expect(dialog.getByRole('checkbox')).toHaveCount(0);
  expect(server.asked).toEqual([]);
  await host.stop();
});

test.describe('the shipped model', () => {
  test.beforeEach(async ({ page }) => {
    server.manifest = undefined;
    server.fault = ({ path }) =>
      path.endsWith('unet.data') ? { kind: 'slow', everyMs: 100, bytes: 32 * 1024 } : undefined;
    await page.reload();
  });

  const tellIn = (page: Page) =>
    page.locator('interleaf-story').evaluate((node) => {
      const element = node as StoryElement;
      void element.generate({ prompt: 'a turtle with a kite', seed: 4, pages: 1 }).catch(() => {});
    });

  test('is told in words while its painter arrives, which can be held up apart from the story', async ({ page }) => {
    await tellIn(page);
    await expect(page.getByRole('region', { name: /^page 1/i })).toContainText(/\w+ \w+/);
    await expect(fetching(page)).toContainText(/left/);
    await expect(page.getByText(/while the painter is fetched/)).toBeVisible();
    await fetching(page).getByRole('button', { name: 'Pause' }).click();
    await expect(fetching(page)).toContainText(/Paused/);
    server.fault = () => undefined;
    await fetching(page).getByRole('button', { name: 'Go on' }).click();
    await expect(page.getByRole('img', { name: /^Picture: / })).toBeVisible({ timeout: 120_000 });
    await expect(fetching(page)).toBeHidden();
  });

  test('stops at once while its painter is held up', async ({ page }) => {
    await tellIn(page);
    await expect(page.getByRole('region', { name: /^page 1/i })).toContainText(/\w+ \w+/);
    await fetching(page).getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Stop' }).click();
    await expect(page.getByRole('navigation', { name: /this book/i })).toBeVisible({ timeout: 10_000 });
    await fetching(page).getByRole('button', { name: 'Cancel' }).click();
    await expect(fetching(page)).toBeHidden();
  });
});

unwatched(
  'storytellers come from another address, where the policy lets them; otherwise one sentence says why not',
  async ({ page }) => {
    const there = await serveFaults(files, policyFor(), '127.0.0.1');
    there.manifest = manifest;
    const here = await serveFaults({}, policyFor([new URL(there.url).origin]));
    try {
      await page.goto(here.url);
      await page.getByText('Settings', { exact: true }).click();
      const elsewhere = page.getByRole('region', { name: 'From elsewhere' });
      const look = async (written: string) => {
        await elsewhere.getByRole('textbox').fill(written);
        await elsewhere.getByRole('button', { name: 'Look there' }).click();
      };
      await look('not an address');
      await expect(elsewhere).toContainText(/answered 404: there is no such/);
      await look('owner/name@main');
      await expect(elsewhere).toContainText(/may not ask https:\/\/huggingface\.co.*connect-src/);
      await look(`${there.url}nowhere`);
      await expect(elsewhere).toContainText(/answered 404: there is no such repository, revision or folder/);
      await look(there.url);
      await expect(elsewhere).toContainText('There: Plain.');
      await expect(page.getByRole('combobox', { name: /storyteller/i })).toHaveValue('plain');
      await page.reload();
      await page.getByRole('textbox', { name: /what shall/i }).fill('an owl');
      await page.getByRole('button', { name: /tell the story/i }).click();
      await page.getByRole('button', { name: /^fetch 8/i }).click();
      await expect.poll(() => there.asked.length).toBeGreaterThan(2);
      await page.getByRole('button', { name: 'Stop' }).click();
    } finally {
      await there.stop();
      await here.stop();
    }
  },
);
