/**
 * How a long story is cut into chapters, and what of it is remembered: docs/contract.md, "Chapters". As in
 * python/interleaf/chapters.py.
 */
import type { Templates } from '../weights/manifest.ts';

export type ChapterRules = NonNullable<Extract<Templates, { layout: 'pages' }>['chapters']>;

/**
 * Pages of the chapter that opens, where `left` pages are to be told: all of them, where they are the whole story and a
 * story of so many was taught as one; else so many that the chapters after it are about as long.
 */
export function chapterLength(left: number, { alone, pages }: ChapterRules, first: boolean): number {
  if (first && left <= alone) return left;
  return Math.ceil(left / Math.ceil(left / pages));
}

/**
 * The pages that stay, of those told by chapter. Page 1 and the last chapter always do; what is between goes, the oldest
 * first: the rest of chapter 1, then a chapter at a time, as much as must.
 */
export function recalled<T>(chapters: readonly (readonly T[])[], fits: (pages: readonly T[]) => boolean): readonly T[] {
  let [first = [], ...later] = chapters;
  for (;;) {
    const pages = [...first, ...later.flat()];
    if (fits(pages)) return pages;
    if (first.length > 1 && later.length > 0) first = first.slice(0, 1);
    else if (later.length > 1) later = later.slice(1);
    else return pages;
  }
}
