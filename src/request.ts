/** What a page asks of tellStory(), refused in words where it cannot be told. The element asks its reader in its own way. */
import { InputError } from './errors.ts';
import { MOST_STEPS } from './page/asked.ts';
import { notPainted } from './page/painting.ts';
import { cleanPrompt } from './page/prompt.ts';
import { SAMPLER_NAMES } from './stages.ts';
import type { PictureSettings } from './story/events.ts';
import { canSee, type ModelEntry } from './weights/manifest.ts';

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

/** A model without eyes can be shown nothing. */
export function checkPicture(model: ModelEntry, picture: ImageBitmap | undefined): void {
  if (picture && !canSee(model)) refuse('picture', `left out, for ${model.title} sees none`, 'a picture');
}

/** The model's own settings and, where there is any, what was asked instead. */
export function settingsOf(model: ModelEntry, asked: Partial<PictureSettings> = {}): PictureSettings {
  const { steps, guidance, sampler, everyPage = false } = { ...model.picture, ...asked } as PictureSettings;
  if (!isWhole(steps, 1, MOST_STEPS)) refuse('settings.steps', `a whole number from 1 to ${MOST_STEPS}`, steps);
  if (!Number.isFinite(guidance)) refuse('settings.guidance', 'a number', guidance);
  if (!SAMPLER_NAMES.includes(sampler)) refuse('settings.sampler', `one of ${SAMPLER_NAMES.join(', ')}`, sampler);
  if (typeof everyPage !== 'boolean') refuse('settings.everyPage', 'true or false', everyPage);
  const cannot = notPainted(model, { steps, guidance, sampler });
  if (cannot) throw new InputError('bad-option', cannot);
  return { steps, guidance, sampler, ...(everyPage ? { everyPage } : {}) };
}
