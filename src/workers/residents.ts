/**
 * Workers that come and go by a plan, behind the same protocol: what is not kept is started for its turn and ended after
 * it, which is the only way to get all of its memory back. A writer that comes back reads again what was told.
 */
import type { Part, Residency } from '../models/residency.ts';
import type { StoryRequest } from '../story/events.ts';
import type { StoryPainter, StoryWriter } from '../story/tell.ts';
import type { Eyes, LoadedEngine, LoadProgress, Painter, Seen, SeenPage, Writer } from './protocol.ts';
import type { Spawned } from './spawn.ts';

type Loading<T> = T & { load(onProgress: (progress: LoadProgress) => void): Promise<LoadedEngine> };

/** What a part is when it is there. `load` is the protocol's, with its request filled in. */
export interface Starts {
  /** blind: without eyes of its own. */
  writer(blind: boolean): Spawned<Loading<Omit<Writer, 'load'>>>;
  /** Absent where the model has none: it remembers what was told by its words. */
  eyes?(): Spawned<Loading<Omit<Eyes, 'load'>>>;
  painter(): Spawned<Loading<Omit<Painter, 'load'>>>;
}

/** Hears which part is being loaded, and undefined when it is there. */
export type OnLoading = (part: Part, progress: LoadProgress | undefined) => void;

export interface Residents {
  readonly writer: StoryWriter;
  readonly painter: StoryPainter;
  /** Loads what the first page needs; the painter, if it is kept, goes on arriving while that page is written. */
  begin(): Promise<LoadedEngine>;
  end(): void;
}

/** One part: started when it is needed, loaded once, ended when its turn is over. */
function resident<T>(part: Part, start: () => Spawned<Loading<T>>, onLoading: OnLoading) {
  let there: { readonly spawned: Spawned<Loading<T>>; readonly loaded: Promise<LoadedEngine> } | undefined;
  const end = () => {
    there?.spawned.end();
    there = undefined;
  };
  return {
    get remote(): T | undefined {
      return there?.spawned.remote;
    },
    async ready(): Promise<{ readonly remote: T; readonly loaded: LoadedEngine }> {
      if (!there) {
        const spawned = start();
        there = { spawned, loaded: spawned.remote.load((progress) => onLoading(part, progress)) };
      }
      const mine = there;
      try {
        const loaded = await mine.loaded;
        onLoading(part, undefined);
        return { remote: mine.spawned.remote, loaded };
      } catch (error) {
        // What could not be loaded is tried afresh the next time.
        if (there === mine) end();
        throw error;
      }
    },
    end,
  };
}

export function createResidents({ kept }: Residency, starts: Starts, onLoading: OnLoading = () => {}): Residents {
  const stays = (part: Part) => kept.includes(part);
  /** The writer sees by itself only where both stay. */
  const blind = !(stays('language') && stays('vision'));
  const writing = resident('language', () => starts.writer(blind), onLoading);
  const seeing = starts.eyes && resident('vision', starts.eyes, onLoading);
  const painting = resident('pictures', starts.painter, onLoading);
  let story: (Omit<StoryRequest, 'picture' | 'past'> & { readonly sight?: Float32Array }) | undefined;
  let told: SeenPage[] = [];
  /** The page that is written: as it will have been told, and where its picture stands. */
  let page: Omit<SeenPage, 'picture'> & { readonly offset?: number } = { text: '' };
  /** Resolves when the writer is not in the middle of a page. */
  let written: Promise<unknown> = Promise.resolve();
  let stopped = false;
  /** Ends the wait for a painter that is still arriving. */
  let giveUp = () => {};

  async function see(picture: ImageBitmap): Promise<Float32Array | undefined> {
    if (!seeing) {
      picture.close();
      return undefined;
    }
    const { remote } = await seeing.ready();
    const sight = await remote.see(picture);
    if (!stays('vision')) seeing.end();
    return sight;
  }

  async function openWith(pages: readonly SeenPage[]): Promise<void> {
    if (!story) throw new Error('A writer that was never opened cannot come back.');
    const { sight, ...rest } = story;
    const { remote } = await writing.ready();
    await remote.open({ ...rest, ...(sight ? { picture: sight.slice() } : {}), past: pages });
  }

  const writer: StoryWriter = {
    async open(request) {
      stopped = false;
      if (!blind) return (await writing.ready()).remote.open(request);
      const { picture, past = [], ...rest } = request;
      const toSee = picture || past.some((each) => each.picture);
      if (toSee && !stays('language')) writing.end();
      const opening = picture && (await see(picture));
      story = opening ? { ...rest, sight: opening } : rest;
      told = [];
      for (const { picture: shown, ...stands } of past) {
        const sight = shown && (await see(shown.bitmap));
        told.push(sight ? { ...stands, picture: { offset: shown.offset, sight } } : stands);
      }
      await openWith(told);
    },
    async write(number, onEvent) {
      page = { text: '' };
      const { remote } = await writing.ready();
      let over = () => {};
      written = new Promise<void>((resolve) => {
        over = resolve;
      });
      try {
        const outcome = await remote.write(number, (event) => {
          if (event.kind === 'text') page = { ...page, text: page.text + event.text };
          if (event.kind === 'vokens') page = { ...page, offset: event.offset };
          if (event.kind === 'chapter') {
            const { kind: _, ...chapter } = event;
            page = { ...page, chapter };
          }
          onEvent(event);
        });
        if (outcome.end === 'chapter') page = { ...page, closes: true };
        return outcome;
      } finally {
        over();
      }
    },
    async turn(picture) {
      if (!blind) return (await writing.ready()).remote.turn(picture);
      const started = performance.now();
      if (picture && !stays('language')) writing.end();
      const sight: Seen | undefined = picture && (await see(picture));
      const { offset, ...stands } = page;
      // The chapter that the reader asked for stands now.
      if (story) story = without(story, 'goOn');
      told.push(sight && offset !== undefined ? { ...stands, picture: { offset, sight } } : stands);
      // It was not ended: nothing was painted since.
      if (writing.remote) return writing.remote.turn(sight);
      await openWith(told);
      // Rows of Q soft tokens were fed with the rest; how many is the model's business.
      return {
        softTokens: sight ? (await writing.ready()).loaded.shape.Q : 0,
        seconds: (performance.now() - started) / 1000,
      };
    },
    stop() {
      stopped = true;
      writing.remote?.stop();
    },
  };

  const painter: StoryPainter = {
    async paint(request, onEvent) {
      stopped = false;
      if (!stays('language')) {
        await written;
        writing.end();
      }
      const givenUp = new Promise<undefined>((resolve) => {
        giveUp = () => resolve(undefined);
      });
      if (stopped) giveUp();
      try {
        const there = await Promise.race([painting.ready(), givenUp]);
        return stopped ? undefined : await there?.remote.paint(request, onEvent);
      } finally {
        if (!stays('pictures')) painting.end();
      }
    },
    stop() {
      stopped = true;
      giveUp();
      painting.remote?.stop();
    },
  };

  return {
    writer,
    painter,
    async begin() {
      const { loaded } = await writing.ready();
      if (stays('vision') && blind) await seeing?.ready();
      // A fault in it is told when a picture is wanted; until then the words can be read.
      if (stays('pictures')) painting.ready().catch(() => {});
      return loaded;
    },
    end() {
      writing.end();
      seeing?.end();
      painting.end();
    },
  };
}

function without<T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> {
  const { [key]: _, ...rest } = value;
  return rest;
}
