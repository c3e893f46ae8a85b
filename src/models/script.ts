/** What stands in the context before each page: the model's own layout of what was told and of what is asked. */
import type { Sight, Tokens } from '../stages.ts';
import type { Chapter, PageEnd } from '../story/events.ts';
import type { ModelEntry } from '../weights/manifest.ts';
import { historyScript } from './history.ts';
import type { WrittenPage } from './page.ts';
import { pagesScript } from './pages.ts';
import type { Words } from './tokens.ts';

/** A page that stands already. */
export interface ToldPage {
  readonly text: string;
  /** offset: characters of text before it. */
  readonly picture?: { readonly offset: number; readonly sight: Sight };
  /** The chapter that it opens. */
  readonly chapter?: Chapter;
  /** It ends its chapter, before all of its pages are told. */
  readonly closes?: boolean;
}

export interface Opening {
  /** As the reader typed it. */
  readonly prompt: string;
  /** The page limit. */
  readonly pages: number;
  /** Of the reader's own picture. */
  readonly sight?: Sight;
  readonly past: readonly ToldPage[];
  /** The reader's prompt for a chapter after what stands. */
  readonly goOn?: string;
}

export interface Script {
  /** The whole context before the next page is written, from <bos> on. */
  tokens(): Tokens;
  /** The words that the next page begins with and that are the reader's, not the model's; mostly none. */
  given(): string;
  /** The chapter that the next page opens, if the model was taught any. */
  opens(): Chapter | undefined;
  /** Room that one more token needs behind what stands: for a picture, and for what closes the page. */
  readonly reserve: number;
  /** How a page ends, once it is known whether its chapter or the story ends with it. */
  after(page: WrittenPage): PageEnd;
  /** Takes a page in, and what was seen of its picture. */
  add(page: WrittenPage, sight: Sight | undefined): void;
}

export function createScript(words: Words, model: ModelEntry, opening: Opening): Script {
  const { templates } = model.text;
  return templates.layout === 'history'
    ? historyScript(words, model, templates, opening)
    : pagesScript(words, model, templates, opening);
}
