/** Tells stories through the element's own methods, as a host page would (docs/contract.md), and notes its events. */
import type { Page } from '@playwright/test';

export interface Request {
  readonly prompt: string;
  readonly seed: number;
  readonly pages: number;
}

export interface Told {
  /** Names of the element's events, in order, without repetitions in a row. */
  readonly events: readonly string[];
  readonly pages: readonly {
    readonly text: string;
    readonly picture?: { readonly sha256: string; readonly type: string };
  }[];
  readonly backend: string;
  readonly complete: boolean;
}

const NAMES = ['progress', 'state', 'page', 'text', 'picture', 'finished', 'error'].map((name) => `interleaf-${name}`);

interface StoryLike {
  readonly pages: readonly { readonly text: string; readonly picture?: { readonly png: Blob } }[];
  readonly backend: string;
  readonly complete: boolean;
  readonly seed: number;
  readonly branches?: readonly { readonly from: number; readonly seed: number }[];
  readonly options: { readonly pages: number; readonly steps: number; readonly sampler: string };
  /** The reader's own. */
  readonly picture?: Blob;
}

export interface StoryElement extends HTMLElement {
  generate(request: Partial<Request> & { readonly signal?: AbortSignal; readonly picture?: Blob }): Promise<StoryLike>;
  stop(): void;
  redraw(page: number, options?: { readonly seed?: number }): Promise<unknown>;
  continueFrom(page: number): Promise<StoryLike>;
  open(story: unknown): void;
  toBlob(kind: string): Promise<Blob>;
  readonly story: StoryLike | undefined;
  readonly state: unknown;
}

/** Tells one story with the first element of the page. Rejects where `generate` does. */
export function tell(page: Page, request: Request): Promise<Told> {
  return page.locator('interleaf-story').first().evaluate(tellHere, { request, names: NAMES });
}

/** Tells until the first word stands, and stops. Gives the text. */
export function begin(page: Page, request: Request): Promise<string> {
  return page
    .locator('interleaf-story')
    .first()
    .evaluate(async (node, asked) => {
      const element = node as StoryElement;
      let text = '';
      const hear = (event: Event) => {
        text += (event as CustomEvent<{ text: string }>).detail.text;
        if (/\p{L}{2}/u.test(text)) element.stop();
      };
      element.addEventListener('interleaf-text', hear);
      const story = await element.generate(asked).finally(() => element.removeEventListener('interleaf-text', hear));
      return story.pages.map(({ text }) => text).join(' ');
    }, request);
}

/** Runs in the page. */
async function tellHere(node: Element, { request, names }: { request: Request; names: string[] }): Promise<Told> {
  const element = node as StoryElement;
  const events: string[] = [];
  const note = (event: Event) => {
    if (events.at(-1) !== event.type) events.push(event.type);
  };
  for (const name of names) element.addEventListener(name, note);
  const story = await element.generate(request);
  for (const name of names) element.removeEventListener(name, note);
  const pages = await Promise.all(
    story.pages.map(async ({ text, picture }) => {
      if (!picture) return { text };
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await picture.png.arrayBuffer()));
      const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
      return { text, picture: { sha256, type: picture.png.type } };
    }),
  );
  return { events, pages, backend: story.backend, complete: story.complete };
}
