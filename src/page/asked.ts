/** What is asked for, checked before anything that stands is changed for it. */
import { InputError } from '../errors.ts';
import { SAMPLER_NAMES } from '../stages.ts';
import type { PictureSettings } from '../story/events.ts';
import { cleanPrompt } from './prompt.ts';
import { readReaderPicture } from './reader-picture.ts';
import { parseSeed } from './seed.ts';
import type { ToldHead } from './told.ts';

export interface GenerateOptions {
  readonly prompt?: string;
  /** uint32; thrown when not given. */
  readonly seed?: number;
  readonly pages?: number;
  /** A picture file of the reader's that opens the story. */
  readonly picture?: Blob;
  /** How pictures are painted; the model's own way where not given. */
  readonly settings?: Partial<PictureSettings>;
  readonly signal?: AbortSignal;
}

/** What the cover says, where the options do not. */
export interface Cover {
  readonly prompt: string;
  /** Empty: by chance. */
  readonly seed: string;
  readonly pages: number;
  /** 0: the model's own. */
  readonly steps: number;
  /** Empty: the model's own. */
  readonly sampler: string;
  readonly everyPage: boolean;
  /** PNG */
  readonly picture: Blob | undefined;
}

export interface Asked {
  readonly prompt: string;
  readonly seed: number;
  readonly pages: number;
  readonly settings: Partial<PictureSettings>;
  /** As a story was told before, perhaps by another model: what this one cannot do is done its own way. */
  readonly before?: true;
  /** PNG */
  readonly picture?: Blob;
}

const MOST_PAGES = 25;
export const MOST_STEPS = 100;

/** Rejects with InputError. */
export async function askedFor(options: GenerateOptions, cover: Cover): Promise<Asked> {
  const prompt = cleanPrompt(options.prompt ?? cover.prompt);
  const seed = parseSeed(options.seed === undefined ? cover.seed : String(options.seed));
  const pages = pagesAsked(options.pages ?? cover.pages);
  const chosen = {
    ...(cover.steps ? { steps: cover.steps } : {}),
    ...(cover.sampler ? { sampler: cover.sampler } : {}),
    ...(cover.everyPage ? { everyPage: true } : {}),
  };
  const settings = settingsOf({ ...chosen, ...options.settings });
  const picture = options.picture ? (await readReaderPicture(options.picture)).png : cover.picture;
  return { prompt, seed, pages, settings, ...(picture ? { picture } : {}) };
}

/** Throws an InputError where so many pages can never be told. */
export function pagesAsked(pages: number): number {
  return whole('A story can have', pages, MOST_PAGES, 'pages');
}

/** What a story was told from. */
export function askedBefore({ prompt, options, picture }: ToldHead, seed: number): Asked {
  const { pages, ...settings } = options;
  return { prompt, seed, pages, settings, before: true, ...(picture ? { picture } : {}) };
}

function whole(what: string, value: number, most: number, unit: string): number {
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new InputError('bad-option', `${what} 1 to ${most} ${unit}, not ${value}.`);
}

interface Wanted extends Omit<Partial<PictureSettings>, 'sampler'> {
  readonly sampler?: string;
}

function settingsOf({ steps, guidance, sampler, everyPage }: Wanted): Partial<PictureSettings> {
  if (steps !== undefined) whole('A picture can take', steps, MOST_STEPS, 'steps');
  if (guidance !== undefined && !Number.isFinite(guidance)) {
    throw new InputError('bad-option', `The guidance must be a number, not ${guidance}.`);
  }
  const known = SAMPLER_NAMES.find((name) => name === sampler);
  if (sampler !== undefined && !known) {
    throw new InputError('bad-option', `There is no sampler "${sampler}". Choose one of ${SAMPLER_NAMES.join(', ')}.`);
  }
  return {
    ...(steps === undefined ? {} : { steps }),
    ...(guidance === undefined ? {} : { guidance }),
    ...(known ? { sampler: known } : {}),
    ...(everyPage === undefined ? {} : { everyPage: Boolean(everyPage) }),
  };
}
