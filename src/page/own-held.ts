/** The models on this machine, as the page shows them: a worker comes for each piece of work and goes after it. */
import { plainError } from '../errors.ts';
import type { GivenFile } from '../weights/given-folder.ts';
import type { HeldModel } from '../weights/held-models.ts';
import type { Keeper, ModelKey } from '../weights/keeper.ts';
import type { FilesProgress } from '../weights/tally.ts';
import { type Spawned, spawnKeeper } from '../workers/spawn.ts';

type Piece = (keeper: Keeper, onProgress: (progress: FilesProgress) => void) => Promise<string>;

export interface OwnHeld {
  /** Empty before anybody asked, and where nothing is held. */
  readonly entries: readonly HeldModel[];
  /** What is being done or was done last, in one sentence; empty before anything was. */
  readonly said: string;
  /** One piece of work at a time; the others wait. */
  readonly busy: boolean;
  list(): Promise<void>;
  remove(model: ModelKey): Promise<void>;
  check(model: ModelKey): Promise<void>;
  /** Keeps a model from a folder of this machine. */
  take(given: readonly GivenFile[]): Promise<void>;
  give(model: ModelKey, directory: FileSystemDirectoryHandle): Promise<void>;
  stop(): void;
}

/** @param changed hears that something above has changed */
export function createOwnHeld(
  workerUrl: () => string,
  changed: () => void,
  spawn: (url: string) => Spawned<Keeper> = spawnKeeper,
): OwnHeld {
  let entries: readonly HeldModel[] = [];
  let said = '';
  let working: Keeper | undefined;

  let last: Promise<void> = Promise.resolve();

  const work = (words: string, what: Piece): Promise<void> => {
    last = last.then(() => piece(words, what));
    return last;
  };

  const say = (words: string) => {
    said = words;
    changed();
  };

  /** A fault of it is said, not thrown: nothing else depends on it. */
  async function piece(words: string, what: Piece): Promise<void> {
    const { remote, end } = spawn(workerUrl());
    working = remote;
    if (words) say(`${words}…`);
    try {
      const done = await what(remote, ({ loadedBytes, totalBytes }) =>
        say(`${words}, ${Math.round((100 * loadedBytes) / Math.max(totalBytes, 1))} %…`),
      );
      entries = await remote.list();
      say(done);
    } catch (error) {
      const { name, message } = plainError(error);
      say(name === 'StoppedError' ? 'Stopped. What was done by then stays.' : message);
    } finally {
      working = undefined;
      end();
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
    list: () => work('', async () => ''),
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
