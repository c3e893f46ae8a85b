/** A told story as plain data: what the shelf keeps, what is exported, what can be opened again. */
import * as v from 'valibot';
import { InputError } from '../errors.ts';
import { type Backend, SAMPLER_NAMES, type SamplerName } from '../stages.ts';
import type { Chapter } from '../story/events.ts';

export interface StoryPicture {
  /** uint32: of the story, or of its own once redrawn. */
  readonly seed: number;
  /** Characters of the page's text before the picture. */
  readonly offset: number;
  readonly alt: string;
  readonly png: Blob;
  /** [K, D]: what the picture was painted from, so that it can be painted again. */
  readonly vokens: Float32Array;
}

export interface StoryPage {
  readonly text: string;
  /** The page is about the reader's own words, and begins with them. */
  readonly given?: true;
  /** The chapter that it opens, in a story that is told in any. */
  readonly chapter?: Chapter;
  readonly picture?: StoryPicture;
}

export interface StoryOptions {
  /** The page limit. */
  readonly pages: number;
  readonly steps: number;
  readonly guidance: number;
  readonly sampler: SamplerName;
  /** Every page was to have a picture. */
  readonly everyPage?: boolean;
}

/** From this page on, counted from 1, the story was told with another seed than its own. */
export interface StoryBranch {
  readonly from: number;
  /** uint32 */
  readonly seed: number;
}

/** Everything about a story but its pages. */
export interface StoryHead {
  readonly format: 1;
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly toldAt: number;
  readonly prompt: string;
  /** uint32: of the first page, and of all up to the first branch. */
  readonly seed: number;
  /** Where it was told differently, by page. Absent where it never was. */
  readonly branches?: readonly StoryBranch[];
  readonly model: { readonly id: string; readonly revision: string; readonly variant: string };
  readonly backend: Backend;
  readonly options: StoryOptions;
  /** The reader's own picture that opened the story. */
  readonly picture?: Blob;
}

export interface Story extends StoryHead {
  readonly pages: readonly StoryPage[];
  /** False while it is being told, and when the reader stopped it. */
  readonly complete: boolean;
}

/** The seed that a page, counted from 1, was told with. */
export function seedOf({ seed, branches = [] }: Pick<StoryHead, 'seed' | 'branches'>, page: number): number {
  return branches.findLast(({ from }) => from <= page)?.seed ?? seed;
}

const uint32 = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 32 - 1));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const finite = v.pipe(v.number(), v.finite());
const text = v.pipe(v.string(), v.nonEmpty());

const storyPage = v.object({
  text: v.string(),
  given: v.exactOptional(v.literal(true)),
  chapter: v.exactOptional(v.object({ pages: positive, prompt: v.exactOptional(v.string()) })),
  picture: v.exactOptional(
    v.object({ seed: uint32, offset: count, alt: v.string(), png: v.blob(), vokens: v.instance(Float32Array) }),
  ),
});

const storyHead = v.object({
  format: v.literal(1),
  id: text,
  // As many milliseconds as a Date can hold.
  toldAt: v.pipe(finite, v.minValue(-864e13), v.maxValue(864e13)),
  prompt: v.string(),
  seed: uint32,
  branches: v.exactOptional(v.array(v.object({ from: positive, seed: uint32 }))),
  model: v.object({ id: text, revision: v.string(), variant: v.string() }),
  backend: v.picklist(['webgpu-jspi', 'webgpu-asyncify', 'wasm']),
  options: v.object({
    pages: positive,
    steps: positive,
    guidance: finite,
    sampler: v.picklist(SAMPLER_NAMES),
    everyPage: v.exactOptional(v.boolean()),
  }),
  picture: v.exactOptional(v.blob()),
});

const story = v.object({ ...storyHead.entries, pages: v.array(storyPage), complete: v.boolean() });

export const isStoryHead = (value: unknown): value is StoryHead => v.is(storyHead, value);
export const isStoryPage = (value: unknown): value is StoryPage => v.is(storyPage, value);

/** Throws an InputError that names the place of the first fault. */
export function parseStory(value: unknown): Story {
  const parsed = v.safeParse(story, value, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const issue = parsed.issues[0];
  const place = v.getDotPath(issue) ?? 'the whole';
  throw new InputError(
    'bad-story',
    `This is no story that can be opened (${place}: ${issue.message}). Open one that was told here.`,
  );
}
