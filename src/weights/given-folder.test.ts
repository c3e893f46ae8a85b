import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readGivenFolder } from './given-folder.ts';
import { parseManifest } from './manifest.ts';

const text = readFileSync(new URL('../../public/weights-manifest.json', import.meta.url), 'utf8');
const [model] = parseManifest(JSON.parse(text)).models;
if (!model) throw new Error('no model');
const names = model.files.map(({ path }) => path);
const given = (paths: readonly string[], manifest = text) =>
  paths.map((path) => ({ path, file: new Blob([path.endsWith('weights-manifest.json') ? manifest : 'x']) }));

test.each([
  ['beside the manifest', (path: string) => `owl/${path}`],
  ['where the manifest says', (path: string) => `owl/${model.mirrors[0]}${path}`],
])('files are found %s', async (_, place) => {
  const read = await readGivenFolder(given(['owl/weights-manifest.json', ...names.map(place)]));
  expect(read.model).toEqual(model);
  expect([...read.paths].sort()).toEqual([...names].sort());
});

test('a folder that is none, or not all of one, is refused in words', async () => {
  await expect(readGivenFolder(given(['a/readme.txt']))).rejects.toThrow(/no weights-manifest\.json in this folder/);
  await expect(readGivenFolder(given(['a/weights-manifest.json'], '<html>'))).rejects.toThrow(/is not JSON/);
  await expect(readGivenFolder(given(['a/weights-manifest.json'], '{"schema":99}'))).rejects.toMatchObject({
    code: 'newer',
  });
  const most = names.filter((path) => path !== 'unet.data').map((path) => `a/${path}`);
  await expect(readGivenFolder(given(['a/weights-manifest.json', ...most]))).rejects.toThrow(
    /unet\.data is not in this folder/,
  );
});
