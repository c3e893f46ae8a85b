/** The pictures of the book in hand: kept as PNG, shown by address, and the previews they came out of. */
import type { Story } from '../library/story.ts';
import type { PastPage } from '../story/events.ts';
import type { Previews } from './previews.ts';
import { pngOf } from './reader-picture.ts';
import type { ShownPage } from './state.ts';

export interface Plates {
  /** By page, from 1. */
  readonly previews: Previews;
  readonly pngs: ReadonlyMap<number, Blob>;
  /** Takes a finished picture, closes it, and gives its address. */
  take(page: number, bitmap: ImageBitmap): Promise<string>;
  addPreview(page: number, bitmap: ImageBitmap): void;
  dropPreviews(page: number): void;
  /** Takes the pictures of a story that was told before, and gives their addresses by page, from 0. */
  open(story: Story): readonly (string | undefined)[];
  /** Pages that stand, as the model reads them again. The bitmaps are the caller's. */
  past(pages: readonly ShownPage[]): Promise<PastPage[]>;
  /** The address of the reader's own picture. */
  show(picture: Blob): string;
  /** Forgets the pages after `kept`, and gives their memory back. */
  forget(kept: number): void;
  /** Gives addresses and previews back; the pictures stay. */
  hide(): void;
}

export function createPlates(): Plates {
  const previews: Previews = new Map();
  const pngs = new Map<number, Blob>();
  /** By page, from 1; the reader's own picture is page 0. */
  const urls = new Map<number, string>();

  function show(page: number, png: Blob): string {
    const old = urls.get(page);
    if (old) URL.revokeObjectURL(old);
    const url = URL.createObjectURL(png);
    urls.set(page, url);
    return url;
  }

  function dropPreviews(page: number): void {
    for (const bitmap of previews.get(page) ?? []) bitmap.close();
    previews.delete(page);
  }

  function forget(kept: number): void {
    for (const page of [...previews.keys()]) if (page > kept) dropPreviews(page);
    for (const page of [...pngs.keys()]) if (page > kept) pngs.delete(page);
    for (const [page, url] of [...urls]) {
      if (page > 0 && page <= kept) continue;
      URL.revokeObjectURL(url);
      urls.delete(page);
    }
  }

  function hide(): void {
    for (const page of [...previews.keys()]) dropPreviews(page);
    for (const url of urls.values()) URL.revokeObjectURL(url);
    urls.clear();
  }

  return {
    previews,
    pngs,
    async take(page, bitmap) {
      const png = await pngOf(bitmap);
      bitmap.close();
      pngs.set(page, png);
      return show(page, png);
    },
    addPreview(page, bitmap) {
      previews.set(page, [...(previews.get(page) ?? []), bitmap]);
    },
    dropPreviews,
    open(story) {
      return story.pages.map(({ picture }, i) => {
        if (!picture) return undefined;
        pngs.set(i + 1, picture.png);
        return show(i + 1, picture.png);
      });
    },
    past: (pages) =>
      Promise.all(
        pages.map(async ({ text, chapter, picture }, i) => {
          const png = pngs.get(i + 1);
          const stands = { text, ...(chapter ? { chapter } : {}) };
          if (!picture || !png) return stands;
          return { ...stands, picture: { offset: picture.offset, bitmap: await createImageBitmap(png) } };
        }),
      ),
    show: (picture) => show(0, picture),
    forget,
    hide,
  };
}
