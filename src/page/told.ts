/** What is shown as the plain data that is kept, exported and opened again. */
import type { Story, StoryHead, StoryPage } from '../library/story.ts';
import type { ShownPage, State } from './state.ts';

/** @param pngs of the pictures, by page, from 1 */
export function storyOf(state: State, head: Omit<StoryHead, 'seed'>, pngs: ReadonlyMap<number, Blob>): Story {
  const pages = state.pages.filter((page) => page.over).map((page, i) => pageOf(page, pngs.get(i + 1)));
  return { ...head, seed: state.seed, pages, complete: state.phase === 'told' && !state.stopped };
}

function pageOf({ text, picture }: ShownPage, png: Blob | undefined): StoryPage {
  if (!picture?.url || !png) return { text };
  const { seed, offset, alt, vokens } = picture;
  return { text, picture: { seed, offset, alt, png, vokens } };
}
