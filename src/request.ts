/** What a page asks of tellStory(), refused in words where it cannot be told. The element asks its reader in its own way. */
import { InputError } from './errors.ts';
import { MOST_STEPS, SAMPLERS } from './page/asked.ts';
import { cleanPrompt } from './page/prompt.ts';
import type { PictureSettings } from './story/events.ts';
import type { ModelEntry } from './weights/manifest.ts';

function refuse(option: string, wanted: string, got: unknown): never {
  throw new InputError('bad-option', `${option} must be ${wanted}, not ${String(got)}.`);
}

const isWhole = (value: unknown, least: number, most: number) =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most;

/** Before anything is fetched. */
export function checkAsked(prompt: string, seed: number): void {
  if (typeof prompt !== 'string') refuse('prompt', 'a text', prompt);
  cleanPrompt(prompt);
  if (!isWhole(seed, 0, 2 ** 32 - 1)) refuse('seed', 'a whole number from 0 to 4294967295', seed);
}

/** The page limit: what was asked, or the model's own. */
export function pagesOf({ text }: ModelEntry, asked: number = text.defaultPages): number {
  if (!isWhole(asked, 1, text.maxPages)) refuse('pages', `a whole number from 1 to ${text.maxPages}`, asked);
  return asked;
}

/** The model's own settings and, where there is any, what was asked instead. */
export function settingsOf({ picture }: ModelEntry, asked: Partial<PictureSettings> = {}): PictureSettings {
  const { steps, guidance, sampler } = { ...picture, ...asked };
  if (!isWhole(steps, 1, MOST_STEPS)) refuse('settings.steps', `a whole number from 1 to ${MOST_STEPS}`, steps);
  if (!Number.isFinite(guidance)) refuse('settings.guidance', 'a number', guidance);
  if (!SAMPLERS.includes(sampler)) refuse('settings.sampler', `one of ${SAMPLERS.join(', ')}`, sampler);
  return { steps, guidance, sampler };
}
