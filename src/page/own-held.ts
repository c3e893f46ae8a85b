/** The models on this machine, as the page shows them: a worker comes for each piece of work and goes after it. */
import { plainError } from '../errors.ts';
import { pathsOf } from '../weights/files.ts';
import type { GivenFile } from '../weights/given-folder.ts';
import type { HeldModel } from '../weights/held-models.ts';
import type { Keeper, ModelKey } from '../weights/keeper.ts';
import type { FilesProgress } from '../weights/tally.ts';
import { type Spawned, spawnKeeper } from '../workers/spawn.ts';
import { listHeld } from './listed.ts';
import { ASKED_BYTES } from './offer.ts';

type Piece = (keeper: Keeper, onProgress: (progress: FilesProgress) => void) => Promise<string>;

export interface OwnHeld {
  /** Empty before anybody asked, and where nothing is held. */
  readonly entries: readonly HeldModel[];
  /** What is being done or was done last, in one sentence; empty before anything was. */
  readonly said: string;
  /** One piece of work at a time; the others wait. */
  readonly busy: boolean;
  /** How far a fetch is, while one is under way. */
  readonly fetching: (FilesProgress & { readonly heardAt: number }) | undefined;
  readonly paused: boolean;
  list(): Promise<void>;
  /** Goes on with what is not held in full. */
  fetch(entry: HeldModel): Promise<void>;
  pause(paused: boolean): void;
  remove(model: ModelKey): Promise<void>;
  check(model: ModelKey): Promise<void>;
  /** Keeps a model from a folder of this machine. */
  take(given: readonly GivenFile[]): Promise<void>;
  give(model: ModelKey, directory: FileSystemDirectoryHandle): Promise<void>;
  stop(): void;
}

export interface Stage {
  readonly spawn: (url: string) => Spawned<Keeper>;
  readonly look: () => Promise<readonly HeldModel[]>;
}

/** Is so much of it missing that its reader should be told? What came from a folder cannot be fetched. */
export const isUnfinished = ({ state, heldBytes, totalBytes, mirrors }: HeldModel): boolean =>
  state !== 'whole' && totalBytes - heldBytes > ASKED_BYTES && mirrors.length > 0;

/** @param changed hears that something above has changed */
export function createOwnHeld(
  workerUrl: () => string,
  changed: () => void,
  { spawn, look }: Stage = { spawn: spawnKeeper, look: listHeld },
): OwnHeld {
  let entries: readonly HeldModel[] = [];
  let said = '';
  let working: Keeper | undefined;
  let fetching: OwnHeld['fetching'];
  let paused = false;
  let last: Promise<void> = Promise.resolve();

  const next = (what: () => Promise<void>): Promise<void> => {
    last = last.then(what);
    return last;
  };
  const work = (words: string, what: Piece) => next(() => piece(words, what));

  const say = (words: string) => {
    said = words;
    changed();
  };

  /** A fault of it is said, not thrown: nothing else depends on it. */
  async function piece(words: string, what: Piece): Promise<void> {
    const { remote, end } = spawn(workerUrl());
    working = remote;
    say(`${words}…`);
    try {
      const done = await what(remote, ({ loadedBytes, totalBytes }) =>
        say(`${words}, ${Math.round((100 * loadedBytes) / Math.max(totalBytes, 1))} %…`),
      );
      said = done;
    } catch (error) {
      const { name, message } = plainError(error);
      said = name === 'StoppedError' ? 'Stopped. What was done by then stays.' : message;
    } finally {
      working = undefined;
      fetching = undefined;
      paused = false;
      end();
      entries = await look().catch(() => entries);
      changed();
    }
  }

  return {
    get entries() {
      return entries;
    },
    get said() {
      return said;
    },
    get busy() {
      return working !== undefined;
    },
    get fetching() {
      return fetching;
    },
    get paused() {
      return paused;
    },
    list: () =>
      next(async () => {
        entries = await look().catch(() => entries);
        changed();
      }),
    fetch: ({ model, mirrors, wanted }) =>
      work('Fetching', async (keeper) => {
        const whole = model.variants.filter((variant) =>
          pathsOf(model, variant).every((path) => wanted.includes(path)),
        );
        for (const { id } of whole) {
          await keeper.fetch({ model, variant: id, mirrors }, (progress) => {
            fetching = { ...progress, heardAt: performance.now() };
            say('Fetching…');
          });
        }
        return `${model.title} is on this machine now.`;
      }),
    pause(to) {
      if (!working) return;
      paused = to;
      working.pause(to);
      changed();
    },
    remove: (model) =>
      work('Removing it', async (keeper) => {
        await keeper.remove(model);
        return `${model.id} is no longer on this machine.`;
      }),
    check: (model) =>
      work('Checking every byte', async (keeper, onProgress) =>
        (await keeper.check(model, onProgress))
          ? `All of ${model.id} is as it should be.`
          : `Some of ${model.id} was damaged. That is forgotten, and fetched again when a story needs it.`,
      ),
    take: (given) =>
      work('Taking it in', async (keeper, onProgress) => {
        const { title } = await keeper.take(given, onProgress);
        return `${title} is on this machine now, and can be chosen above.`;
      }),
    give: (model, directory) =>
      work('Writing it', async (keeper, onProgress) => {
        await keeper.give(model, directory, onProgress);
        return `${model.id} was written to the folder.`;
      }),
    stop: () => working?.stop(),
  };
}
