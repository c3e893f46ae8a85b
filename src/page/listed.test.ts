import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadManifest } from './listed.ts';

const home = 'https://books.test/';
const there = 'https://huggingface.co/owner/name/resolve/gone/';
const violated: ((event: unknown) => void)[] = [];

beforeEach(() => {
  vi.stubGlobal('addEventListener', (_: string, hear: (event: unknown) => void) => violated.push(hear));
});
afterEach(() => {
  vi.unstubAllGlobals();
});
const answers = (answer: () => Promise<Response>) => vi.stubGlobal('fetch', answer);

test('elsewhere, what is wrong is said in one sentence that names it', async () => {
  answers(async () => new Response('no', { status: 404 }));
  await expect(loadManifest(there, home)).rejects.toThrow(/answered 404: there is no such repository, revision/);
  answers(async () => new Response('<title>hello</title>'));
  await expect(loadManifest(there, home)).rejects.toThrow(/is not JSON .*Check the address/);
  answers(() => Promise.reject(new TypeError('Failed to fetch')));
  await expect(loadManifest(there, home)).rejects.toThrow(/huggingface\.co cannot be read from here.*CORS/);
  answers(async () => {
    for (const hear of violated) hear({ blockedURI: `${there}weights-manifest.json` });
    throw new TypeError('Failed to fetch');
  });
  await expect(loadManifest(there, home)).rejects.toThrow(/may not ask https:\/\/huggingface\.co.*connect-src/);
});

test('at home it is the connection', async () => {
  answers(() => Promise.reject(new TypeError('Failed to fetch')));
  await expect(loadManifest(home)).rejects.toThrow(/^The list of models cannot be reached\. Check the connection/);
});
