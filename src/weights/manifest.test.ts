import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { canSee, findModel, graphOf, parseManifest, type Variant } from './manifest.ts';

const text = readFileSync(new URL('../../public/weights-manifest.json', import.meta.url), 'utf8');
const changed = (change: (manifest: any) => void): unknown => {
  const manifest = JSON.parse(text);
  change(manifest);
  return manifest;
};

test('the shipped manifest is sound, and at most 40 MB', () => {
  const model = findModel(parseManifest(JSON.parse(text)), 'tiny');
  expect(model.files.reduce((sum, file) => sum + file.bytes, 0)).toBeLessThanOrEqual(40e6);
  expect(() => findModel(parseManifest(JSON.parse(text)), 'huge')).toThrow(
    'There is no model "huge"; the list has tiny',
  );
});

const vist = {
  layout: 'history',
  open: '###Human:',
  prompt: { is: 'page' },
  told: ['{text}{sight}'],
  sight: '<Img><ImageHere></Img>',
  first: ' Generate an image: {prompt} ###Assistant:',
  next: [' Tell me the next scene. ###Assistant:'],
  window: 4,
};

test('a model may tell in the history layout, and without eyes', () => {
  const parsed = parseManifest(
    changed(({ models: [model] }) => {
      model.text.templates = vist;
      delete model.variants[0].graphs.vision;
      Object.assign(model.shape, { Q: 0, visionSize: 0 });
    }),
  );
  const model = findModel(parsed, 'tiny');
  expect(model.text.templates).toEqual({ ...vist, unseen: '', prompt: { is: 'page', lower: false, blank: '' } });
  expect(model.text.sampling.penalised).toEqual([]);
  expect([model.variants[0]?.cache, canSee(model)]).toEqual(['float32', false]);
  expect(canSee(findModel(parseManifest(JSON.parse(text)), 'tiny'))).toBe(true);
  expect(() => graphOf(model.variants[0] as Variant, 'vision')).toThrow('has no graph "vision"');
});

test.each([
  ['a newer schema', (m: { schema: number }) => Object.assign(m, { schema: 9 }), 'schema 9'],
  ['no models', (m: { models: unknown }) => Object.assign(m, { models: [] }), 'models'],
  ['a number that is none', (m: any) => Object.assign(m.models[0].shape, { D: 'many' }), 'shape.D'],
  ['a path out of the folder', (m: any) => Object.assign(m.models[0].files[0], { path: '../../etc' }), 'path'],
  ['a file that is not listed', (m: any) => m.models[0].files.shift(), 'which files does not list'],
  ['a template that is none', (m: any) => Object.assign(m.models[0].text.templates, { sight: 3 }), 'templates.sight'],
  [
    'a history that asks for no second page',
    (m: any) => Object.assign(m.models[0].text, { templates: { ...vist, next: [] } }),
    'ask for every page',
  ],
  [
    'a first page that nothing asks for',
    (m: any) => Object.assign(m.models[0].text, { templates: { ...vist, first: undefined } }),
    'ask for every page',
  ],
  [
    'a distilled UNet that is asked for other steps',
    (m: any) => Object.assign(m.models[0].picture, { distilled: { steps: [4, 4] } }),
    'models.0.picture: expected picture.steps to be some',
  ],
  ['eyes that see nothing', (m: any) => Object.assign(m.models[0].shape, { Q: 0 }), 'a model with eyes'],
  ['a missing chunk hash', (m: any) => m.models[0].files[3].chunks.pop(), 'one hash per chunk'],
])('%s is refused with its place', (_, change, words) => {
  expect(() => parseManifest(changed(change as (manifest: any) => void))).toThrow(words);
});

test.each([
  ['sizes that do not make up the file', { bytes: 10, rows: [[1, 5]] }, 'make up the bytes'],
  ['rows of another number', { bytes: 2, rows: [[1, 1, 1]] }, 'expand.rows'],
  ['another kind of expansion', { bytes: 2, rows: [[1, 1]], palette: 64 }, 'expand.palette'],
  ['no rows', { bytes: 1, rows: [] }, 'expand.rows'],
])('an expansion with %s is refused', (_, expand, words) => {
  const put = (bytes: number, of: unknown) =>
    changed(({ models: [model] }) => {
      Object.assign(model.files[3], { bytes, chunks: model.files[3].chunks.slice(0, 1), expand: of });
    });
  expect(() => parseManifest(put(8, expand))).toThrow(words);
  const { files } = findModel(parseManifest(put(2 * (2 + 3), { bytes: 12, rows: [[2, 3]] })), 'tiny');
  expect(files[3]?.expand).toEqual({ bytes: 12, rows: [[2, 3]] });
});

test('a UNet may have been distilled for few steps', () => {
  const own = { sampler: 'ddim', steps: 4, guidance: 1, distilled: { steps: [4, 4] } };
  const parsed = parseManifest(changed(({ models: [model] }) => Object.assign(model.picture, own)));
  expect(findModel(parsed, 'tiny').picture).toMatchObject(own);
  expect(findModel(parseManifest(JSON.parse(text)), 'tiny').picture.distilled).toBeUndefined();
});

test('what is no manifest at all is refused', () => {
  for (const value of [null, 3, 'text', [], {}]) expect(() => parseManifest(value)).toThrow('weights-manifest.json');
});
