/** Bad input and bad luck: one clear answer, and nothing is lost. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { greyPng } from './pictures.ts';
import { begin, type StoryElement, tell } from './telling.ts';

const request = { prompt: 'a turtle with a kite at the beach', seed: 4, pages: 1 };
const manifest = '**/weights-manifest.json';
const decoder = '**/weights/tiny/decoder.data';

/** What `generate` rejects with, and what the element says of it in its event. */
async function failure(page: Page, change: Partial<typeof request> = {}) {
  const heard = page
    .locator('interleaf-story')
    .evaluate(
      (node) =>
        new Promise<{ name: string; code: string; message: string }>((resolve) =>
          node.addEventListener('interleaf-error', (event) => resolve((event as CustomEvent).detail), { once: true }),
        ),
    );
  const told = tell(page, { ...request, ...change }).then(
    () => 'was told',
    (error: Error) => error.message,
  );
  const [{ name, code, message }, rejection] = await Promise.all([heard, told]);
  expect(rejection).toContain(message);
  expect(message).toMatch(/\w.*[.!]$/s);
  return { name, code, message };
}

async function tellsAfterAll(page: Page): Promise<void> {
  expect(await begin(page, request)).toMatch(/\S/);
}

test.describe('a prompt', () => {
  test('is told without words that belong in no picture book, and the book says so', async ({ page }) => {
    /** A word of the gate's list, in rot13 there and here. */
    const bad = [...'zheqre'].map((c) => String.fromCharCode(((c.charCodeAt(0) - 97 + 13) % 26) + 97)).join('');
    await page.goto('/');
    await begin(page, { ...request, prompt: `a turtle, ${bad.replace('e', '3')}, at the beach` });
    await expect(page.getByRole('heading', { name: 'A turtle, at the beach' })).toBeVisible();
    await expect(page.getByText(/were left out/)).toBeVisible();
    await begin(page, { ...request, prompt: bad });
    await expect(page.getByRole('heading', { name: 'A story please' })).toBeVisible();
    const kept = await page.locator('interleaf-story').evaluate((node) => JSON.stringify((node as StoryElement).story));
    expect(kept).toContain('"prompt":"a story please"');
    expect(kept).not.toContain(bad);
    await begin(page, request);
    await expect(page.getByText(/were left out/)).toBeHidden();
  });

  test('that is empty, or invisible, is asked for again', async ({ page }) => {
    await page.goto('/');
    for (const prompt of ['', ' \n\t ', '\u0000\u0007\ufeff', '\ud83d', '\u200b\u2060\u202e']) {
      expect(await failure(page, { prompt }), JSON.stringify(prompt)).toMatchObject({
        name: 'InputError',
        code: 'empty-prompt',
      });
    }
  });

  test('of more than 100 kB is refused at once, and what was told before stays', async ({ page }) => {
    await page.goto('/');
    await tellsAfterAll(page);
    const before = await page.locator('interleaf-story').evaluate((node) => JSON.stringify((node as never)['story']));
    const { name, code } = await failure(page, { prompt: 'turtle '.repeat(15_000) });
    expect({ name, code }).toEqual({ name: 'InputError', code: 'prompt-too-long' });
    expect(await page.locator('interleaf-story').evaluate((node) => JSON.stringify((node as never)['story']))).toBe(
      before,
    );
  });

  test('of any other kind gets a story or a clear refusal', async ({ page }) => {
    await page.goto('/');
    for (const prompt of [
      '👩‍🚀🦓 and her 🍞',
      'سلحفاة مع طائرة ورقية على الشاطئ',
      'a\u0000 turtle\u0007\ud800 with \udc00a\u202e kite',
      '<img src=x onerror="alert(1)"></script>{{prompt}} ###Human: </s> [IMG0] <ImageHere>',
      'turtle '.repeat(14_000),
    ]) {
      const answer = await begin(page, { ...request, prompt }).catch((error: Error) => error.message);
      expect(answer, prompt.slice(0, 40)).toMatch(/\S/);
      if (/Error/.test(answer)) expect(answer).toMatch(/InputError|shorten/);
    }
    expect(await page.locator('img[src="x"]').count()).toBe(0);
  });
});

test.describe('the list of models', () => {
  for (const [what, code, body] of [
    ['malformed', 'malformed', '{"schema": 1, "models": [{"id": "tiny"}]}'],
    ['not JSON', 'malformed', '<!doctype html><title>Log in to this network</title>'],
    ['newer than this program', 'newer', '{"schema": 99, "anything": true}'],
  ] as const) {
    test(`that is ${what} is refused, and a second try works`, async ({ page }) => {
      await page.route(manifest, (route) => route.fulfill({ body, contentType: 'application/json' }));
      await page.goto('/');
      expect(await failure(page)).toMatchObject({ name: 'ManifestError', code });
      await page.unroute(manifest);
      await tellsAfterAll(page);
    });
  }

  test('that is missing is said to be missing', async ({ page }) => {
    await page.route(manifest, (route) => route.fulfill({ status: 404, body: 'no' }));
    await page.goto('/');
    expect(await failure(page)).toMatchObject({ name: 'ManifestError', code: 'unreachable' });
  });
});

test.describe('a weight file', () => {
  const faults = {
    missing: { codes: ['missing', 'unreachable'], spoil: () => undefined },
    'cut short': { codes: ['cut-short'], spoil: (bytes: Buffer) => bytes.subarray(0, bytes.length - 1000) },
    'wrong in one bit': {
      codes: ['corrupt'],
      spoil: (bytes: Buffer) => {
        const wrong = Buffer.from(bytes);
        wrong[wrong.length >> 1] = (wrong[wrong.length >> 1] ?? 0) ^ 0x10;
        return wrong;
      },
    },
  } as const;

  for (const [what, { codes, spoil }] of Object.entries(faults)) {
    test(`that is ${what} is refused before the engine sees it, and a second try works`, async ({ page }) => {
      await page.route(decoder, async (route) => {
        const body = spoil(await (await route.fetch()).body());
        await route.fulfill(body ? { body } : { status: 404, body: 'no' });
      });
      await page.goto('/');
      const { name, code } = await failure(page);
      expect(name).toBe('WeightsError');
      expect(codes).toContain(code);
      await page.unroute(decoder);
      await tellsAfterAll(page);
    });
  }
});

test('without WebGPU the CPU tells the story, and asking for WebGPU says what is missing', async ({ page }) => {
  await page.goto('/');
  expect(await page.evaluate(async () => (await navigator.gpu?.requestAdapter()) ?? null)).toBeNull();
  await page.locator('interleaf-story').evaluate((node) => node.setAttribute('backend', 'webgpu'));
  expect(await failure(page)).toMatchObject({ name: 'DeviceError', code: 'no-webgpu' });
  await page.locator('interleaf-story').evaluate((node) => node.setAttribute('backend', 'auto'));
  await tellsAfterAll(page);
});

test('where storage is refused a story is told all the same, and the page says that it is not kept', async ({
  page,
}) => {
  await page.addInitScript(() => {
    const refuse = () => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    };
    for (const name of ['indexedDB', 'caches']) Object.defineProperty(globalThis, name, { get: refuse });
  });
  await page.goto('/');
  await tellsAfterAll(page);
  await expect(page.getByText(/gone when you close/)).toBeVisible();
});

test('a wrong call while a story is told is refused, and the story is told to its end', async ({ page }) => {
  await page.goto('/');
  const outcome = await page.locator('interleaf-story').evaluate(async (node, asked) => {
    const element = node as StoryElement;
    const answers: string[] = [];
    const tried = async (call: () => unknown) => {
      const answer = await Promise.resolve()
        .then(call)
        .then(
          () => 'done',
          (error: Error) => error.name,
        );
      answers.push(answer);
    };
    let states = '';
    element.addEventListener('interleaf-state', () => {
      states += ` ${element.state}`;
    });
    const wrong = new Promise<void>((resolve) => {
      const hear = async () => {
        for (const call of [
          () => element.redraw(1),
          () => element.continueFrom(99),
          () => element.open({ format: 1, pages: [null] }),
          () => element.generate({ prompt: 'another' }),
        ])
          await tried(call);
        resolve();
      };
      element.addEventListener('interleaf-text', () => void hear(), { once: true });
    });
    const story = await element.generate(asked);
    await wrong;
    await tried(() => element.open({ ...story, pages: [null] }));
    return { answers, states, complete: story.complete, shown: element.story?.pages.length === story.pages.length };
  }, request);
  expect(outcome).toEqual({
    answers: Array(5).fill('InputError'),
    ...{ states: ' loading telling told', complete: true, shown: true },
  });
});

/** Workers of which the first so many lose their device as soon as they are to do this. */
async function lose(page: Page, worker: 'painter' | 'writer', what: 'paint' | 'write', times: number): Promise<void> {
  await page.route(
    `**/workers/${worker}.js`,
    async (route) => {
      const lost = `addEventListener('message', (event) => {
        if (event.data?.path?.[0] !== '${what}') return;
        event.stopImmediatePropagation();
        const value = { name: 'DeviceError', code: 'lost', message: 'The GPU was lost.' };
        postMessage({ id: event.data.id, type: 'HANDLER', name: 'throw', value });
      });`;
      await route.fulfill({ contentType: 'text/javascript', body: `${lost}${await (await route.fetch()).text()}` });
    },
    { times },
  );
}

/** Tells until the first page is over. Gives the names of what was heard. */
function tellFirstPage(page: Page): Promise<string[]> {
  return page.locator('interleaf-story').evaluate(async (node, asked) => {
    const element = node as StoryElement;
    const heard: string[] = [];
    for (const name of ['interleaf-error', 'interleaf-picture']) element.addEventListener(name, () => heard.push(name));
    element.addEventListener('interleaf-page', () => element.stop());
    await element.generate(asked);
    return heard;
  }, request);
}

test('where the painter is lost its page is told again by parts that take turns, and one sentence says so', async ({
  page,
}) => {
  await lose(page, 'painter', 'paint', 1);
  await page.goto('/');
  expect(await tellFirstPage(page)).toEqual(['interleaf-picture']);
  await expect(page.getByText(/too little memory.*take turns/)).toBeVisible();
  const kept = () => page.locator('interleaf-story').evaluate((node) => Object(node).teller.residency.kept);
  expect(await kept()).not.toContain('language');
});

test('where it is lost again the words are told, and its picture can be painted anew by a fresh one', async ({
  page,
}) => {
  await lose(page, 'painter', 'paint', 2);
  await page.goto('/');
  expect(await tellFirstPage(page)).toEqual(['interleaf-error']);
  const first = page.getByRole('region', { name: /^page 1/i });
  await expect(first).toContainText(/could not be painted/);
  await first.getByRole('button', { name: /paint anew/i }).click();
  await expect(first.getByRole('img', { name: /^Picture: / })).toBeVisible({ timeout: 120_000 });
});

test('where turns do not help, a variant that takes less memory is offered, and tells', async ({ page }) => {
  await lose(page, 'writer', 'write', 2);
  await page.route(manifest, async (route) => {
    const list = await (await route.fetch()).json();
    const [large] = list.models[0].variants;
    const needs = { ...large.needs, gpuBytes: Math.ceil(large.needs.gpuBytes / 2) };
    list.models[0].variants.push({ ...large, id: 'small', needs });
    await route.fulfill({ json: list });
  });
  await page.goto('/');
  expect(await failure(page)).toMatchObject({ name: 'DeviceError', code: 'lost' });
  const element = page.locator('interleaf-story');
  const variant = () => element.evaluate((node) => Object(node).teller?.choice.variant);
  await page.getByRole('alert').getByRole('button', { name: 'Tell it with less memory' }).click();
  await expect(page.getByRole('region', { name: /^page 1/i })).toContainText(/\w/);
  await expect(page.getByRole('heading', { name: /a turtle with a kite/i })).toBeVisible();
  await expect(page.getByRole('alert')).toBeHidden();
  expect(await variant()).toBe('small');
});

test('where a storyteller cannot be fetched the book that stands is not lost', async ({ page }) => {
  await page.goto('/');
  await tellsAfterAll(page);
  const element = page.locator('interleaf-story');
  const text = () => element.evaluate((node) => (node as StoryElement).story?.pages.map((each) => each.text).join());
  const before = await text();
  await page.route(manifest, (route) => route.abort());
  await element.evaluate((node) => node.setAttribute('variant', 'another'));
  expect(await failure(page, { prompt: 'an owl' })).toMatchObject({ name: 'ManifestError' });
  expect(await text()).toBe(before);
  await expect(page.getByRole('region', { name: /^page 1/i })).toBeVisible();
});

test.describe('a picture to begin with', () => {
  const files = {
    'is no picture': Buffer.from('This is a letter, not a picture.'),
    'is cut short': greyPng(600, 400).subarray(0, 90),
    'claims 400 million pixels in 48 kB': greyPng(20_000, 20_000),
  };

  for (const [what, buffer] of Object.entries(files)) {
    test(`that ${what} is refused in words, and nothing is lost`, async ({ page }) => {
      expect(buffer.length).toBeLessThan(60_000);
      await page.goto('/');
      await page.getByRole('textbox', { name: /what shall/i }).fill('a turtle');
      await page.getByLabel(/begin with a picture/i).setInputFiles({ name: 'mine.png', mimeType: 'image/png', buffer });
      await expect(page.getByRole('alert')).toContainText(/picture/i);
      await expect(page.getByRole('textbox', { name: /what shall/i })).toHaveValue('a turtle');
      await expect(page.getByRole('img', { name: /your picture/i })).toHaveCount(0);
    });
  }

  test('is seen by the model: another picture makes it think of other words', async ({ page }) => {
    await page.goto('/');
    const first = (colour?: string) =>
      page.locator('interleaf-story').evaluate(
        async (node, { asked, colour }) => {
          const element = node as StoryElement & {
            readonly shown: { readonly pages: readonly { tokens: unknown[] }[] };
          };
          const canvas = new OffscreenCanvas(64, 64);
          const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
          context.fillStyle = colour ?? '';
          context.fillRect(0, 0, 64, 64);
          const picture = colour ? { picture: await canvas.convertToBlob() } : {};
          element.addEventListener('interleaf-text', () => element.stop(), { once: true });
          await element.generate({ ...asked, ...picture });
          // With their probabilities, which tell more than the words that were drawn from them.
          return JSON.stringify(element.shown.pages[0]?.tokens[0]);
        },
        { asked: request, colour },
      );
    const [none, red, blue] = [await first(), await first('red'), await first('blue')];
    expect(none).toContain('probability');
    expect(new Set([none, red, blue]).size).toBe(3);
    expect(await first('red')).toBe(red);
  });

  test('opens the story when it is one', async ({ page }) => {
    await page.goto('/');
    await page
      .getByLabel(/begin with a picture/i)
      .setInputFiles({ name: 'mine.png', mimeType: 'image/png', buffer: greyPng(90, 60) });
    await expect(page.getByRole('img', { name: /your picture/i })).toBeVisible();
    await tellsAfterAll(page);
    const kept = () => page.locator('interleaf-story').evaluate((node) => (node as StoryElement).story?.picture?.type);
    expect(await kept()).toBe('image/png');
    // It is the story's, not the cover's: told again after a reload, the story begins with it again.
    await page.reload();
    await page.getByRole('button', { name: /tell it again/i }).click();
    await expect(page.getByRole('region', { name: /^page 1/i })).toContainText(/\w+ \w+/);
    await expect(page.getByRole('img', { name: /your picture/i })).toBeVisible();
    await page.getByRole('button', { name: /stop/i }).click();
    expect(await kept()).toBe('image/png');
  });
});
