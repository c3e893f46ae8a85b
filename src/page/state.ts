/** All that the page shows, and how it changes: view(reduce(state, action)). */
import type { PlainError } from '../errors.ts';
import { type Story, type StoryBranch, seedOf } from '../library/story.ts';
import type { Part } from '../models/residency.ts';
import type { Chapter, StoryEvent, TokenChoice } from '../story/events.ts';
import type { Agreed, Offer } from './offer.ts';
import type { Progress } from './overall.ts';

export type Phase = 'idle' | 'loading' | 'telling' | 'told';

export interface ShownPicture {
  /** Characters of text before it. */
  readonly offset: number;
  readonly vokens: Float32Array;
  readonly seed: number;
  readonly alt: string;
  /** blob: URL of the finished picture. */
  readonly url?: string;
  /** Finished denoising steps of steps. */
  readonly step: number;
  readonly steps: number;
  readonly seconds?: number;
  /** How many of its values were no numbers, so that it was decoded again in float32. */
  readonly decodedAgain?: number;
  /** It could not be painted; its vokens are kept, so that it can be tried again. */
  readonly failed?: true;
}

export interface ShownPage {
  readonly text: string;
  /** It begins with the reader's own words. */
  readonly given?: true;
  readonly picture?: ShownPicture;
  readonly over: boolean;
  /** The chapter that it opens. */
  readonly chapter?: Chapter;
  /** For the panel. */
  readonly tokens: readonly TokenChoice[];
  readonly seen: boolean;
  readonly tokensPerSecond?: number;
}

export interface State {
  readonly phase: Phase;
  readonly title: string;
  readonly pages: readonly ShownPage[];
  /** Pages asked for. */
  readonly limit: number;
  readonly seed: number;
  readonly branches: readonly StoryBranch[];
  /** How far what is being loaded is, and when that was heard: milliseconds of a clock that never goes back. */
  readonly progress?: Progress & { readonly heardAt: number };
  /** It takes long enough to be shown on its own, with its speed, and to be held up. */
  readonly fetching?: true;
  /** What is fetched is held up by the reader. */
  readonly paused?: true;
  readonly status: string;
  /** What of the model is being loaded in the middle of a story, where its parts take turns or still arrive. */
  readonly arriving?: Part;
  /** The reader is asked whether something big may be fetched. */
  readonly offer?: Offer;
  /** What of the offer the reader wants otherwise. */
  readonly wish?: Agreed;
  readonly error?: PlainError;
  /** Id of a variant that takes less memory, where that may help. */
  readonly smaller?: string;
  /** Page that is painted anew. */
  readonly redrawing?: number;
  readonly stopped: boolean;
  /** blob: URL of the reader's own picture, where one opens the story. */
  readonly opening?: string;
  /** Pages are turned one by one; otherwise they scroll. */
  readonly turning: boolean;
  /** A sentence about what was asked for and is not told. */
  readonly note?: string;
  /** While the storyteller is fetched: what stood before, and stands again where that fails. */
  readonly before?: State;
}

export type Action =
  | {
      readonly kind: 'load';
      readonly title: string;
      readonly seed: number;
      readonly branches: readonly StoryBranch[];
      readonly limit: number;
      readonly kept: readonly ShownPage[];
      readonly opening?: string;
    }
  | { readonly kind: 'progress'; readonly progress: Progress; readonly heardAt: number }
  | { readonly kind: 'pause'; readonly paused: boolean }
  /** A part of the model is being loaded, or is there. */
  | { readonly kind: 'arriving'; readonly part: Part | undefined }
  | { readonly kind: 'offer'; readonly offer: Offer | undefined }
  | { readonly kind: 'wish'; readonly wish: Agreed }
  /** limit: as many as the model can tell. title: of what of the prompt is told; note: that it is not all. */
  | {
      readonly kind: 'tell';
      readonly limit: number;
      readonly title: string;
      readonly note?: string;
      readonly opening?: string;
    }
  | { readonly kind: 'event'; readonly event: StoryEvent; readonly url?: string; readonly alt?: string }
  | { readonly kind: 'redraw'; readonly page: number; readonly steps: number }
  | {
      readonly kind: 'redrawn';
      readonly page: number;
      readonly picture?: Pick<ShownPicture, 'url' | 'seed' | 'seconds'>;
    }
  | {
      readonly kind: 'open';
      readonly story: Story;
      readonly title: string;
      readonly urls: readonly (string | undefined)[];
      readonly opening?: string;
    }
  | { readonly kind: 'turn-pages'; readonly turning: boolean }
  /** Only shown: what stands, and what is being told, goes on. */
  | { readonly kind: 'error'; readonly error: PlainError; readonly smaller?: string | undefined }
  | { readonly kind: 'dismiss' }
  | { readonly kind: 'close' };

export const START: State = {
  phase: 'idle',
  title: '',
  pages: [],
  limit: 4,
  seed: 0,
  branches: [],
  status: '',
  stopped: false,
  turning: false,
};

const PHASES = {
  download: 'Fetching the storyteller',
  verify: 'Opening the storyteller',
  start: 'Waking the storyteller',
};
const EMPTY: ShownPage = { text: '', over: false, tokens: [], seen: false };

export function reduce(state: State, action: Action): State {
  switch (action.kind) {
    case 'load': {
      const { kind: _, kept, ...head } = action;
      const before = without(without(state, 'error'), 'before');
      return { ...START, ...head, phase: 'loading', pages: kept, status: 'Waking the storyteller', before };
    }
    case 'progress': {
      const { progress, heardAt } = action;
      const fetching = progress.phase === 'download' && (state.fetching || takesLong(progress));
      const next = {
        ...without(state, 'fetching'),
        progress: { ...progress, heardAt },
        ...(fetching ? { fetching } : {}),
      };
      // Afterwards the status is that of the story.
      const waits = state.phase === 'loading' || (state.redrawing !== undefined && !state.arriving);
      return waits ? { ...next, status: PHASES[progress.phase] } : next;
    }
    case 'pause':
      return action.paused ? { ...state, paused: true } : without(state, 'paused');
    case 'offer':
      return action.offer ? { ...state, offer: action.offer } : without(without(state, 'offer'), 'wish');
    case 'wish':
      return { ...state, wish: { ...state.wish, ...action.wish } };
    case 'arriving':
      return action.part ? { ...state, arriving: action.part } : loaded(without(state, 'arriving'));
    case 'tell': {
      const { kind: _, ...begun } = action;
      const ready = without(loaded(state), 'before');
      return { ...ready, ...begun, phase: 'telling', status: 'Thinking of a beginning' };
    }
    case 'event':
      return reduceEvent(state, action.event, action.url, action.alt);
    case 'redraw': {
      const pages = changed(state.pages, action.page, (page) => withPicture(page, { step: 0, steps: action.steps }));
      return {
        ...loaded(state),
        pages,
        redrawing: action.page,
        status: `Painting page ${action.page} anew`,
      };
    }
    case 'redrawn': {
      const { picture } = action;
      const pages = changed(state.pages, action.page, (page) => painted(page, { ...picture, step: 0, steps: 0 }));
      return { ...without(loaded(state), 'redrawing'), pages, status: '' };
    }
    case 'open': {
      const { story, title, urls, opening } = action;
      const pages = story.pages.map(({ text, given, chapter, picture }, i): ShownPage => {
        const url = urls[i];
        const shown = picture && { ...picture, step: 0, steps: 0, ...(url ? { url } : {}) };
        const marks = { ...(given ? { given } : {}), ...(chapter ? { chapter } : {}) };
        return { ...EMPTY, text, ...marks, over: true, ...(shown ? { picture: shown } : {}) };
      });
      const { seed, branches = [], options, complete } = story;
      const head = { title, seed, branches, limit: options.pages, stopped: !complete };
      return { ...START, ...head, ...(opening ? { opening } : {}), phase: 'told', pages };
    }
    case 'error': {
      const { error, smaller } = action;
      return { ...without(state, 'smaller'), error, ...(smaller ? { smaller } : {}) };
    }
    case 'turn-pages':
      return { ...state, turning: action.turning };
    case 'dismiss':
      return without(without(state, 'error'), 'smaller');
    case 'close':
      return START;
    default:
      action satisfies never;
      return state;
  }
}

function reduceEvent(state: State, event: StoryEvent, url: string | undefined, alt: string | undefined): State {
  const change = (page: number, by: (page: ShownPage) => ShownPage, status = state.status): State => ({
    ...state,
    status,
    pages: changed(state.pages, page, by),
  });
  switch (event.kind) {
    case 'page':
      return { ...state, pages: [...state.pages, EMPTY], status: `Writing page ${event.page}` };
    case 'chapter': {
      const { kind: _, page: number, ...chapter } = event;
      return change(number, (page) => ({ ...page, chapter }));
    }
    case 'token':
      return change(event.page, (page) => ({ ...page, tokens: [...page.tokens, event.choice] }));
    case 'text':
      return change(event.page, (page) => ({
        ...page,
        text: page.text + event.text,
        ...(event.given ? { given: true } : {}),
      }));
    case 'vokens': {
      const picture = {
        offset: event.offset,
        vokens: event.vokens,
        seed: seedOf(state, event.page),
        alt: alt ?? '',
        step: 0,
        steps: 0,
      };
      return change(event.page, (page) => ({ ...page, picture }), `Painting page ${event.page}`);
    }
    case 'preview':
      return change(event.page, (page) => withPicture(page, { step: event.step, steps: event.steps }));
    case 'picture': {
      const { seed, seconds } = event;
      return change(event.page, (page) =>
        painted(page, { seed, seconds, ...(url ? { url } : {}), ...(alt ? { alt } : {}) }),
      );
    }
    case 'decoded-again':
      return change(event.page, (page) => withPicture(page, { decodedAgain: event.notFinite }));
    case 'picture-failed':
      return change(event.page, (page) => withPicture(page, { failed: true }));
    case 'sight':
      return change(event.page, (page) => ({ ...page, seen: true }), `Looking at the picture of page ${event.page}`);
    case 'page-end': {
      const { tokens, seconds } = event.outcome;
      const status = event.outcome.end === 'stopped' ? 'Stopping' : state.status;
      return change(
        event.page,
        (page) => ({ ...page, over: true, tokensPerSecond: tokens / Math.max(seconds, 1e-3) }),
        status,
      );
    }
    case 'finished': {
      if (state.before) return state.before;
      const pages = state.pages.map(finished);
      const length = 1 + pages.findLastIndex((page) => page.text.trim() !== '' || page.picture);
      // Stopped before the first word: there is no book, and the prompt stands as it was.
      if (length === 0) return START;
      const stopped = event.end === 'stopped';
      return { ...loaded(state), phase: 'told', status: '', stopped, pages: pages.slice(0, length) };
    }
    default:
      event satisfies never;
      return state;
  }
}

/** A page that was stopped while it was painted keeps no empty frame. */
function finished(page: ShownPage): ShownPage {
  if (!page.picture || page.picture.url || page.picture.failed) return { ...page, over: true };
  const { picture, ...rest } = page;
  return { ...rest, over: true };
}

function changed(
  pages: readonly ShownPage[],
  number: number,
  by: (page: ShownPage) => ShownPage,
): readonly ShownPage[] {
  return pages.map((page, i) => (i === number - 1 ? by(page) : page));
}

function withPicture(page: ShownPage, change: Partial<ShownPicture>): ShownPage {
  return page.picture ? { ...page, picture: { ...page.picture, ...change } } : page;
}

/** With a finished picture, or, where none came of it, as it was. */
function painted(page: ShownPage, change: Partial<ShownPicture>): ShownPage {
  if (!page.picture || !change.url) return withPicture(page, change);
  const { failed: _, ...picture } = page.picture;
  return { ...page, picture: { ...picture, ...change } };
}

/** Longer than the wink in which a row of buttons would only flicker. */
const takesLong = ({ secondsLeft = 0, waiting }: Progress) => secondsLeft > 3 || waiting !== undefined;

/** What arrives in the background goes on being told of. */
const loaded = (state: State): State => (state.arriving ? state : without(without(state, 'progress'), 'fetching'));

type Optional =
  | 'progress'
  | 'fetching'
  | 'paused'
  | 'error'
  | 'smaller'
  | 'redrawing'
  | 'before'
  | 'arriving'
  | 'offer'
  | 'wish';

function without(value: State, key: Optional): State {
  const { [key]: _, ...rest } = value;
  return rest as State;
}
