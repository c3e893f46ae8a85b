/** Weights from elsewhere: a folder, another origin; and where nothing can be kept. */
import { type Frame, type Page, test as unwatched } from '@playwright/test';
import { policyFor } from '../policy.ts';
import { type FaultServer, serveFaults } from './fault-server.ts';
import { expect, test } from './fixtures.ts';
import { content, fetchModel, type Library, library, type PlainModel, plainModel, stateOf, weights } from './held.ts';
import { type Host, serveHost } from './servers.ts';
import { begin } from './telling.ts';

const files = { 'small.onnx': content(300_000, 1), 'big.data': content(3_000_000, 2) };
const model = plainModel(files);
const request = { prompt: 'a turtle with a kite', seed: 4, pages: 1 };

test.describe('a folder', () => {
  let server: FaultServer;
  test.beforeEach(async ({ page }) => {
    server = await serveFaults({});
    await page.goto(server.url);
  });
  test.afterEach(() => server.stop());

  /** The shipped model: fetched, written into a folder, removed, and read again from there. */
  async function carry(
    library: string,
    damaged?: string,
  ): Promise<{ outcome: string; names: string[]; states: string[] }> {
    const { openWeights } = (await import(library)) as Library;
    const own = openWeights();
    const { models } = await (await fetch('/weights-manifest.json')).json();
    const model = models[0] as PlainModel & { mirrors: string[] };
    const mirrors = model.mirrors.map((mirror) => new URL(mirror, location.origin).href);
    await own.fetch({ model, mirrors }, () => {});
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('carried', { create: true });
    await own.give(model, folder, () => {});
    await own.remove(model);
    const given: { path: string; file: Blob }[] = [];
    for await (const handle of folder.values() as AsyncIterable<FileSystemFileHandle>) {
      const file = await handle.getFile();
      const bytes = new Uint8Array(await file.arrayBuffer());
      if (handle.name === damaged) (bytes[5] as number) ^= 1;
      given.push({ path: `carried/${handle.name}`, file: new Blob([bytes]) });
    }
    const outcome = await own
      .take(given, () => {})
      .then(
        (taken) => `${taken.id} taken`,
        (error: Error & { code: string }) => `${error.name} ${error.code}: ${error.message}`,
      );
    const states = (await own.list()).map(({ state, heldBytes, totalBytes }) => `${state} ${heldBytes}/${totalBytes}`);
    own.end();
    return { outcome, names: given.map(({ path }) => path.replace('carried/', '')), states };
  }

  test('carries a model to where there is no network: the same bytes, and a story is told with them', async ({
    page,
  }) => {
    const { outcome, names, states } = await page.evaluate(
      carry as (library: string) => ReturnType<typeof carry>,
      library,
    );
    expect(outcome).toBe('tiny taken');
    expect(names).toContain('weights-manifest.json');
    expect(states).toEqual([expect.stringMatching(/^whole (\d+)\/\1$/)]);
    const asked: string[] = [];
    page.on('request', (each) => asked.push(new URL(each.url()).pathname));
    expect(await begin(page, request)).toMatch(/\S/);
    expect(asked.filter((path) => path.startsWith('/weights/'))).toEqual([]);
  });

  test('with one wrong bit is refused at that file', async ({ page }) => {
    const { outcome, states } = await page.evaluate(
      ({ carry, library }) => new Function(`return ${carry}`)()(library, 'mapper.data'),
      { carry: carry.toString(), library },
    );
    expect(outcome).toMatch(/^WeightsError corrupt: .*mapper\.data/);
    expect(states).toEqual([expect.stringMatching(/^partly/)]);
  });
});

unwatched(
  'another origin is asked only where the policy names it, and otherwise one sentence says so',
  async ({ page }) => {
    const other = await serveFaults(files, policyFor(), '127.0.0.1');
    const closed = await serveFaults({});
    const opened = await serveFaults({}, policyFor([new URL(other.url).origin]));
    try {
      const mirrors = [`${other.url}model/`];
      await page.goto(`${closed.url}blank`);
      const refused = await fetchModel(page, model, mirrors);
      expect(refused.outcome).toBe('WeightsError blocked');
      expect(refused.message).toContain(`may not ask ${new URL(other.url).origin}`);
      expect(refused.message).toContain('connect-src');
      expect(other.asked).toEqual([]);
      await page.goto(`${opened.url}blank`);
      other.fault = (_, count) => (count === 1 ? { kind: 'cut', after: 100_000 } : undefined);
      expect((await fetchModel(page, model, mirrors)).outcome).toBe('held');
      expect(await stateOf(page)).toEqual(['plain@1 whole']);
    } finally {
      for (const server of [other, closed, opened]) await server.stop();
    }
  },
);

test.describe('R20: where nothing can be kept', () => {
  let server: FaultServer;
  test.beforeEach(async () => {
    server = await serveFaults(files);
  });
  test.afterEach(() => server.stop());

  /** The page in a frame on another site. */
  async function framed(page: Page, attributes = ''): Promise<{ frame: Frame; host: Host }> {
    const html = `<!doctype html><title>A host</title><iframe ${attributes} src="${server.url}"></iframe>`;
    const host = await serveHost(html, `frame-src ${server.url}`);
    await page.goto(host.url);
    const frame = page.frames()[1];
    if (!frame) throw new Error('There is no frame.');
    await frame.waitForFunction(() => customElements.get('interleaf-story') !== undefined);
    return { frame, host };
  }

  test('that is said, and a story is told all the same', async ({ page }) => {
    const { frame, host } = await framed(page);
    expect(await weights(frame, 'list')).toEqual([]);
    const refused = await fetchModel(frame, model, [`${server.url}model/`]);
    expect(refused.outcome).toBe('WeightsError not-kept');
    expect(refused.message).toMatch(/keeps no files.*told all the same/);
    expect(server.asked).toEqual([]);
    expect(await begin(frame as never, request)).toMatch(/\S/);
    await host.stop();
  });

  test('and in a sandboxed frame a story is told from memory, where its policy allows the workers', async ({
    page,
  }) => {
    const { origin } = new URL(server.url);
    // The policy of the frame's page, which is the host's here: the README's, for a frame without an origin.
    const policy = [
      ...["default-src 'none'", `script-src ${origin} 'wasm-unsafe-eval'`, `worker-src data: ${origin}`],
      ...[`connect-src ${origin}`, 'img-src blob: data:', 'frame-src *'],
    ].join('; ');
    const element = `<script type="module" src="${origin}/interleaf.js"></script><interleaf-story></interleaf-story>`;
    const within = await serveHost(`<!doctype html><title>Within</title>${element}`, policy);
    const html = `<!doctype html><title>A host</title><iframe sandbox="allow-scripts" src="${within.url}"></iframe>`;
    const host = await serveHost(html, 'frame-src *');
    await page.goto(host.url);
    const frame = page.frames()[1] as Frame;
    await frame.waitForFunction(() => customElements.get('interleaf-story') !== undefined);
    expect(await frame.evaluate(() => globalThis.origin)).toBe('null');
    expect(await begin(frame as never, request)).toMatch(/\S/);
    await host.stop();
    await within.stop();
  });
});
