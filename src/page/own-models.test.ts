import { expect, test } from 'vitest';
import { createMemoryStore } from '../library/browser-store.ts';
import { shipped } from '../models/shipped.ts';
import type { ModelEntry } from '../weights/manifest.ts';
import { createOwnModels, nameOf, sentencesOf } from './own-models.ts';

const { model, variant } = shipped();

test('a chosen model is remembered, and forgotten', async () => {
  const store = createMemoryStore();
  const models = createOwnModels(async () => ({ store, lasting: true }));
  const none = { id: '', source: '' };
  expect(await models.recall()).toEqual(none);
  await models.keep({ id: 'minigpt5-7b', source: 'owner/name' });
  const again = createOwnModels(async () => ({ store, lasting: true }));
  expect(await again.recall()).toEqual({ id: 'minigpt5-7b', source: 'owner/name' });
  await models.keep({ id: 'tiny', source: '' });
  expect(await models.recall()).toEqual({ id: 'tiny', source: '' });
  await models.keep(none);
  expect(await models.recall()).toEqual(none);
});

test('where nothing can be kept the choice holds for this visit, and that is no fault', async () => {
  const refuse = async () => {
    throw new Error('refused');
  };
  const store = { get: refuse, set: refuse, remove: refuse, keys: refuse };
  const models = createOwnModels(async () => ({ store, lasting: true }));
  await models.keep({ id: 'tiny', source: '' });
  expect(await models.recall()).toEqual({ id: '', source: '' });
});

test('a model says its size, its licence, what it needs and what it cannot do', () => {
  expect(nameOf(model)).toMatch(/^Tiny, \d+ MB$/);
  expect(sentencesOf(model).join(' ')).toMatch(
    /^Licence: MIT\. It is told by a graphics card .* or by the processor\./,
  );
  const { vision: _, ...graphs } = variant.graphs;
  const [needs, shape] = [
    { ...variant.needs, features: ['shader-f16'], gpuBytes: 7e9 },
    { ...model.shape, Q: 0 },
  ];
  const large: ModelEntry = { ...model, shape, variants: [{ ...variant, id: 'q4f16', needs, graphs }] };
  expect(sentencesOf(large)).toContain('It needs a graphics card with shader-f16 and 7.0 GB of memory.');
  expect(sentencesOf(large)).toContain('It sees no pictures: neither yours nor its own.');
});
