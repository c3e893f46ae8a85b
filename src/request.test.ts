import { expect, test } from 'vitest';
import { checkAsked, checkPicture, pagesOf, settingsOf } from './request.ts';
import type { ModelEntry } from './weights/manifest.ts';

const picture = { steps: 12, guidance: 3, sampler: 'dpm++2m', schedule: { trainSteps: 1000 } };
const text = { defaultPages: 4, maxPages: 8, templates: { layout: 'pages' } };
const modelWith = (graphs: object) =>
  ({ title: 'Tiny', picture, text, variants: [{ graphs }] }) as unknown as ModelEntry;
const model = modelWith({ vision: {} });
const prompt = 'a turtle';
const fault = (code: string, words: string) =>
  expect.objectContaining({ name: 'InputError', code, message: expect.stringContaining(words) });

test('what can be told is let through', () => {
  checkAsked(prompt, 0);
  checkAsked(prompt, 2 ** 32 - 1);
  expect([pagesOf(model), pagesOf(model, 1), pagesOf(model, 8)]).toEqual([4, 1, 8]);
  expect(settingsOf(model)).toEqual({ steps: 12, guidance: 3, sampler: 'dpm++2m' });
  expect(settingsOf(model, { steps: 100, guidance: 1, sampler: 'ddim' })).toEqual({
    ...{ steps: 100, guidance: 1, sampler: 'ddim' },
  });
});

test.each([
  ['', 0, 'empty-prompt', 'Say'],
  [' \n\u0000', 0, 'empty-prompt', 'Say'],
  ['x'.repeat(100_001), 0, 'prompt-too-long', '101 kB'],
  [undefined as never, 0, 'bad-option', 'prompt must be a text, not undefined.'],
  [prompt, -1, 'bad-option', 'seed must be a whole number from 0 to 4294967295, not -1.'],
  [prompt, 0.5, 'bad-option', 'not 0.5.'],
  [prompt, 2 ** 32, 'bad-option', 'not 4294967296.'],
  [prompt, '7' as never, 'bad-option', 'seed must be a whole number from 0 to 4294967295, not 7.'],
])('%o with seed %o is refused in one sentence', (asked, seed, code, words) => {
  expect(() => checkAsked(asked, seed)).toThrow(fault(code, words));
});

test.each([0, 9, 1.5, Number.NaN])('%o pages are refused in one sentence', (pages) => {
  const words = `pages must be a whole number from 1 to 8, not ${pages}.`;
  expect(() => pagesOf(model, pages)).toThrow(fault('bad-option', words));
});

test.each([
  [{ steps: 0 }, 'settings.steps must be a whole number from 1 to 100, not 0.'],
  [{ steps: 101 }, 'not 101.'],
  [{ steps: 2.5 }, 'not 2.5.'],
  [{ guidance: Number.POSITIVE_INFINITY }, 'settings.guidance must be a number, not Infinity.'],
  [{ sampler: 'heun' as never }, 'settings.sampler must be one of dpm++2m, ddim, pndm, euler, tcd, not heun.'],
  [{ everyPage: 'yes' as never }, 'settings.everyPage must be true or false, not yes.'],
])('settings of %o are refused in one sentence', (asked, words) => {
  expect(() => settingsOf(model, asked)).toThrow(fault('bad-option', words));
});

const few = (distilled: [number, number], own = {}) =>
  ({
    ...model,
    picture: { ...picture, steps: 4, guidance: 1, sampler: 'ddim', ...own, distilled: { steps: distilled } },
  }) as unknown as ModelEntry;

test('of a distilled model what it was distilled for is let through', () => {
  const own = { steps: 4, guidance: 1, sampler: 'ddim' } as const;
  expect(settingsOf(few([4, 4]))).toEqual(own);
  expect(settingsOf(few([4, 4]), { ...own, everyPage: true })).toEqual({ ...own, everyPage: true });
  expect(settingsOf(few([1, 50]), { steps: 8 })).toEqual({ ...own, steps: 8 });
});

test.each([
  [
    few([4, 4]),
    { steps: 12 },
    'Tiny paints with ddim in 4 steps without guidance, for which it was distilled; the steps',
  ],
  [few([4, 4]), { steps: 12 }, 'the steps cannot be 12. Leave that to it.'],
  [
    few([1, 50]),
    { steps: 51 },
    'in 1 to 50 steps without guidance, for which it was distilled; the steps cannot be 51.',
  ],
  [few([4, 4]), { sampler: 'dpm++2m' as const }, 'the sampler cannot be dpm++2m.'],
  [few([4, 4]), { guidance: 3 }, 'the guidance cannot be 3.'],
])('of %o settings of %o are refused in one sentence', (of, asked, words) => {
  expect(() => settingsOf(of, asked)).toThrow(fault('bad-option', words));
});

test('every page may be asked to have a picture, and a model without eyes is shown none', () => {
  expect(settingsOf(model, { everyPage: true })).toMatchObject({ everyPage: true });
  const bitmap = {} as ImageBitmap;
  expect(() => checkPicture(model, bitmap)).not.toThrow();
  const blind = modelWith({});
  expect(() => checkPicture(blind, bitmap)).toThrow(fault('bad-option', 'for Tiny sees none'));
  expect(() => checkPicture(blind, undefined)).not.toThrow();
});
