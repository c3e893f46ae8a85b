/** The shelf as the page uses it: opened when it is first needed, with its covers as addresses to show. */
import { plainError } from '../errors.ts';
import { openBrowserStore } from '../library/browser-store.ts';
import { createShelf, type Shelf, type ShelfEntry } from '../library/shelf.ts';
import type { Story } from '../library/story.ts';

export interface KeptStory extends ShelfEntry {
  /** blob: URL of its cover, good until the next list. */
  readonly coverUrl?: string;
}

export interface OwnShelf {
  /** Newest first; empty where nothing can be read. */
  list(): Promise<readonly KeptStory[]>;
  load(id: string): Promise<Story | undefined>;
  /** The story to show after a reload, if one can be read. */
  latest(): Promise<Story | undefined>;
  remove(id: string): Promise<void>;
  /** Keeps the pages named (all when none are). What the reader should know about it, or ''. Never rejects. */
  keep(story: Story, pages?: readonly number[]): Promise<string>;
  /** Gives the covers' addresses back. */
  hide(): void;
}

export function createOwnShelf(): OwnShelf {
  let opened: Promise<{ readonly shelf: Shelf; readonly lasting: boolean }> | undefined;
  let urls: string[] = [];
  const open = () => {
    opened ??= openBrowserStore().then(({ store, lasting }) => ({ shelf: createShelf(store), lasting }));
    return opened;
  };
  const hide = () => {
    for (const url of urls) URL.revokeObjectURL(url);
    urls = [];
  };
  return {
    hide,
    async list() {
      const { shelf } = await open();
      const entries = await shelf.list().catch(() => []);
      hide();
      const kept = entries.map((entry) =>
        entry.cover ? { ...entry, coverUrl: URL.createObjectURL(entry.cover) } : entry,
      );
      urls = kept.flatMap((entry: KeptStory) => entry.coverUrl ?? []);
      return kept;
    },
    load: async (id) => (await open()).shelf.load(id),
    latest: async () => (await open()).shelf.latest().catch(() => undefined),
    remove: async (id) => (await open()).shelf.remove(id),
    async keep(story, pages) {
      try {
        const { shelf, lasting } = await open();
        await shelf.keep(story, pages);
        return lasting
          ? ''
          : 'This browser keeps nothing here: the story is gone when you close the page. Save it to keep it.';
      } catch (error) {
        return `The story could not be kept (${plainError(error).message}). Save it to keep it.`;
      }
    },
  };
}
