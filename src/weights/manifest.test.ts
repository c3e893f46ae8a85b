import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findModel, parseManifest } from './manifest.ts';

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

test.each([
  ['a newer schema', (m: { schema: number }) => Object.assign(m, { schema: 9 }), 'schema 9'],
  ['no models', (m: { models: unknown }) => Object.assign(m, { models: [] }), 'models'],
  ['a number that is none', (m: any) => Object.assign(m.models[0].shape, { D: 'many' }), 'shape.D'],
  ['a path out of the folder', (m: any) => Object.assign(m.models[0].files[0], { path: '../../etc' }), 'path'],
  ['a file that is not listed', (m: any) => m.models[0].files.shift(), 'which files does not list'],
  ['a missing chunk hash', (m: any) => m.models[0].files[3].chunks.pop(), 'one hash per chunk'],
])('%s is refused with its place', (_, change, words) => {
  expect(() => parseManifest(changed(change as (manifest: any) => void))).toThrow(words);
});

test('what is no manifest at all is refused', () => {
  for (const value of [null, 3, 'text', [], {}]) expect(() => parseManifest(value)).toThrow('weights-manifest.json');
});
