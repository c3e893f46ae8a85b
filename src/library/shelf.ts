/**
 * The shelf: told stories, kept on this machine. One record for the head of a story and one for each page, so that a
 * checkpoint after a page writes that page alone, and a fault in one record spoils one page.
 */
import { isStoryHead, isStoryPage, type Story, type StoryHead, type StoryPage } from './story.ts';

/** The little that is asked of a store; IndexedDB in the browser, a Map in tests. */
export interface KeyValueStore {
  get(key: string): Promise<unknown>;
  /** All of them or none. */
  set(entries: readonly (readonly [string, unknown])[]): Promise<void>;
  remove(keys: readonly string[]): Promise<void>;
  keys(): Promise<readonly string[]>;
}

/** What stands on the shelf: enough to show a cover. */
export interface ShelfEntry extends StoryHead {
  readonly pageCount: number;
  readonly complete: boolean;
  /** PNG: the first picture of the story. */
  readonly cover?: Blob;
}

export interface Shelf {
  /** Newest first. Records that cannot be read are left alone and left out. */
  list(): Promise<ShelfEntry[]>;
  /** undefined when there is no such story. Where a page cannot be read the story ends before it, incomplete. */
  load(id: string): Promise<Story | undefined>;
  /** The newest story that can be read: the one to show after a reload. */
  latest(): Promise<Story | undefined>;
  /** Keeps the head and the pages named (all when none are), or nothing of them. Pages count from 1. */
  keep(story: Story, pages?: readonly number[]): Promise<void>;
  remove(id: string): Promise<void>;
}

const headKey = (id: string) => `head/${id}`;
const pageKey = (id: string, page: number) => `page/${id}/${page}`;
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

function isEntry(value: unknown): value is ShelfEntry {
  if (!isStoryHead(value)) return false;
  const { pageCount, complete } = value as Partial<ShelfEntry>;
  return Number.isInteger(pageCount) && typeof complete === 'boolean';
}

function entryOf(story: Story): ShelfEntry {
  const { pages, ...head } = story;
  const cover = pages.find((page) => page.picture)?.picture?.png;
  return { ...head, pageCount: pages.length, ...(cover ? { cover } : {}) };
}

export function createShelf(store: KeyValueStore): Shelf {
  async function list(): Promise<ShelfEntry[]> {
    const keys = (await store.keys()).filter((key) => key.startsWith('head/'));
    const entries = await Promise.all(keys.map((key) => store.get(key)));
    return entries.filter(isEntry).sort((a, b) => b.toldAt - a.toldAt);
  }

  async function load(id: string): Promise<Story | undefined> {
    const entry = await store.get(headKey(id));
    if (!isEntry(entry)) return undefined;
    const { pageCount, cover, ...head } = entry;
    const read = await Promise.all(upTo(pageCount).map((page) => store.get(pageKey(id, page))));
    const missing = read.findIndex((page) => !isStoryPage(page));
    const pages = (missing < 0 ? read : read.slice(0, missing)) as StoryPage[];
    return { ...head, complete: head.complete && missing < 0, pages };
  }

  return {
    list,
    load,

    async latest() {
      const [newest] = await list();
      return newest && load(newest.id);
    },

    async keep(story, pages = upTo(story.pages.length)) {
      const before = await store.get(headKey(story.id));
      const entries = pages.map((page) => [pageKey(story.id, page), story.pages[page - 1]] as const);
      await store.set([...entries, [headKey(story.id), entryOf(story)]]);
      const had = isEntry(before) ? before.pageCount : 0;
      const left = upTo(had).slice(story.pages.length);
      if (left.length > 0) await store.remove(left.map((page) => pageKey(story.id, page)));
    },

    async remove(id) {
      const pages = (await store.keys()).filter((key) => key.startsWith(`page/${id}/`));
      await store.remove([headKey(id), ...pages]);
    },
  };
}
