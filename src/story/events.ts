import type { PlainError } from '../errors.ts';
import type { SamplerName } from '../stages.ts';

/** A token as it was chosen, for the panel behind the page. */
export interface TokenChoice {
  readonly id: number;
  readonly text: string;
  /** After temperature, before top-p; 0…1. */
  readonly probability: number;
  /** The likeliest few, the chosen one among them if it is. */
  readonly likeliest: readonly { readonly text: string; readonly probability: number }[];
}

/** A chapter of a story, which a page opens; of a model that was taught any. */
export interface Chapter {
  /** How many it is to have. */
  readonly pages: number;
  /** The reader's, where one asked for it after the story's end. */
  readonly prompt?: string;
}

/** What happens while a page is written, in the writer. */
export type WriterEvent =
  /** The page opens a chapter. */
  | ({ readonly kind: 'chapter' } & Chapter)
  | { readonly kind: 'token'; readonly choice: TokenChoice }
  /** Text that can be shown: whole characters only. given: the reader's own words, which the page is about. */
  | { readonly kind: 'text'; readonly text: string; readonly given?: true }
  /** [IMG0] was sampled. vokens: [K, D]. offset: characters of the page's text before the picture. */
  | { readonly kind: 'vokens'; readonly vokens: Float32Array; readonly offset: number };

/**
 * How a page ended: a stop sequence, an end sequence, its token limit, a full context, or the reader. chapter: however it
 * ended, its chapter did with it, and the story goes on in another.
 */
export type PageEnd = 'page' | 'chapter' | 'story' | 'length' | 'context' | 'stopped';

export interface PageOutcome {
  readonly end: PageEnd;
  readonly tokens: number;
  readonly seconds: number;
}

/** What happens while a picture is painted, in the painter. Bitmaps are the receiver's to close. */
export type PainterEvent =
  | {
      readonly kind: 'preview';
      /** 1…steps */
      readonly step: number;
      readonly steps: number;
      readonly bitmap: ImageBitmap;
    }
  /** So many values of the finished picture were no numbers; it is decoded again in float32. */
  | { readonly kind: 'decoded-again'; readonly notFinite: number };

/** Everything that happens in a story, in order. Pages count from 1. */
export type StoryEvent =
  | { readonly kind: 'page'; readonly page: number }
  | ({ readonly kind: 'chapter'; readonly page: number } & Chapter)
  | { readonly kind: 'token'; readonly page: number; readonly choice: TokenChoice }
  | { readonly kind: 'text'; readonly page: number; readonly text: string; readonly given?: true }
  | { readonly kind: 'vokens'; readonly page: number; readonly vokens: Float32Array; readonly offset: number }
  | {
      readonly kind: 'preview';
      readonly page: number;
      readonly step: number;
      readonly steps: number;
      readonly bitmap: ImageBitmap;
    }
  | {
      readonly kind: 'picture';
      readonly page: number;
      readonly bitmap: ImageBitmap;
      readonly seed: number;
      readonly seconds: number;
    }
  | { readonly kind: 'decoded-again'; readonly page: number; readonly notFinite: number }
  /** The painter could not finish; the story goes on without this picture. */
  | { readonly kind: 'picture-failed'; readonly page: number; readonly error: PlainError }
  /** The painted picture went back through the model's eyes. soft tokens now in the context. */
  | { readonly kind: 'sight'; readonly page: number; readonly softTokens: number; readonly seconds: number }
  | { readonly kind: 'page-end'; readonly page: number; readonly outcome: PageOutcome }
  | { readonly kind: 'finished'; readonly end: 'story' | 'limit' | 'stopped' };

export interface PictureSettings {
  /** Denoising steps, 1…100. */
  readonly steps: number;
  /** Guidance scale; 1 turns guidance off. */
  readonly guidance: number;
  readonly sampler: SamplerName;
  /** Every page is to have a picture, whatever the model decides. */
  readonly everyPage?: boolean;
}

/** A page already told: history for a story that goes on, or a page of a saved one. */
export interface PastPage {
  readonly text: string;
  /** Absent where the page has no picture. offset: characters of text before it. */
  readonly picture?: { readonly offset: number; readonly bitmap: ImageBitmap };
  /** The chapter that it opens. */
  readonly chapter?: Chapter;
  /** It ended its chapter, before all of its pages were told. */
  readonly closes?: boolean;
}

export interface StoryRequest {
  readonly prompt: string;
  /** uint32 */
  readonly seed: number;
  /** The page limit. */
  readonly pages: number;
  /** A reader's own picture that opens the story. */
  readonly picture?: ImageBitmap;
  /** Pages that stand already; telling goes on after them. */
  readonly past?: readonly PastPage[];
  /** The reader's prompt for what is told after them: the same story goes on with it, in a chapter of its own. */
  readonly goOn?: string;
  readonly settings: PictureSettings;
}
