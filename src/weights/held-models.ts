/** Which models are held, how much of each, and how they go: only when nobody uses them, and old ones after new ones work. */
import { WeightsError } from '../errors.ts';
import type { Disk } from './disk.ts';
import { namesOf, storedName } from './expand.ts';
import { fileOf, lockOf, pathsOf } from './files.ts';
import { type Journal, keyOfModel, type ModelRecord } from './journal.ts';
import type { Locks } from './locks.ts';
import type { ModelEntry, WeightFile } from './manifest.ts';

export interface HeldModel {
  readonly model: ModelEntry;
  /** Absolute URLs that it came from; empty when it came from a folder. */
  readonly mirrors: readonly string[];
  /** Paths of the files that were asked for. */
  readonly wanted: readonly string[];
  readonly heldBytes: number;
  readonly totalBytes: number;
  /**
   * 'whole': all that was asked for is there. 'partly': a download can go on. 'evicted': it was whole, and the browser has
   * removed some of it since.
   */
  readonly state: 'whole' | 'partly' | 'evicted';
  /** Milliseconds since 1970. */
  readonly usedAt: number;
}

export interface HeldModels {
  /** Writes down that these files of it are wanted from now on. */
  want(model: ModelEntry, mirrors: readonly string[], paths: readonly string[]): Promise<void>;
  /** Writes down that sessions were made from these files. Once all of a variant works, other revisions go. */
  worked(model: ModelEntry, paths: readonly string[]): Promise<void>;
  list(): Promise<HeldModel[]>;
  /** What is not part of another model too. Rejects with WeightsError 'in-use', and then nothing is gone. */
  remove(model: Pick<ModelEntry, 'id' | 'revision'>): Promise<void>;
}

const filesOf = ({ model, wanted }: ModelRecord): WeightFile[] => wanted.map((path) => fileOf(model, path));
const together = (...lists: (readonly string[])[]): string[] => [...new Set(lists.flat())];

export function createHeldModels(disk: Disk, journal: Journal, locks: Locks, now: () => number): HeldModels {
  async function records(): Promise<ModelRecord[]> {
    const all = await Promise.all((await journal.models()).map((key) => journal.model(key)));
    return all.filter((record) => record !== undefined);
  }

  /** Has all of them alone, or does nothing. */
  function withAll<T>(files: readonly WeightFile[], work: () => Promise<T>): Promise<T | 'in use'> {
    const [first, ...others] = files;
    return first ? locks.aloneIfFree(lockOf(first), () => withAll(others, work)) : work();
  }

  async function remove({ id, revision }: Pick<ModelEntry, 'id' | 'revision'>): Promise<'in use' | 'removed'> {
    const key = keyOfModel({ id, revision });
    const all = await records();
    const gone = all.find(({ model }) => keyOfModel(model) === key);
    if (!gone) return 'removed';
    const others = all.filter((each) => each !== gone).flatMap(filesOf);
    const shared = new Set(others.map(({ sha256 }) => sha256));
    const own = [...new Map(filesOf(gone).map((file) => [file.sha256, file])).values()];
    return withAll(
      own.filter(({ sha256 }) => !shared.has(sha256)),
      async () => {
        // Nothing may seem to be there that is not.
        await journal.removeModel(key);
        for (const file of own) {
          if (shared.has(file.sha256)) continue;
          for (const name of namesOf(file)) {
            await journal.removeFile(name);
            await disk.remove(name);
          }
        }
        return 'removed' as const;
      },
    );
  }

  /** What no model wants, because a removal was cut short. */
  async function sweep(): Promise<void> {
    const wanted = new Set((await records()).flatMap(filesOf).flatMap(namesOf));
    for (const name of await disk.names()) {
      if (wanted.has(name)) continue;
      await locks.aloneIfFree(lockOf({ sha256: storedName(name) }), async () => {
        await journal.removeFile(name);
        await disk.remove(name);
      });
    }
  }

  return {
    want: (model, mirrors, paths) =>
      journal.changeModel(keyOfModel(model), (before) => ({
        ...{ model, mirrors, usedAt: now() },
        wanted: together(before?.wanted ?? [], paths),
        worked: before?.worked ?? [],
      })),
    async worked(model, paths) {
      const key = keyOfModel(model);
      await journal.changeModel(key, (before) => ({
        ...{ model, mirrors: before?.mirrors ?? [], usedAt: now() },
        wanted: before?.wanted ?? paths,
        worked: together(before?.worked ?? [], paths),
      }));
      const done = new Set((await journal.model(key))?.worked);
      if (!model.variants.some((variant) => pathsOf(model, variant).every((path) => done.has(path)))) return;
      const older = (await records()).filter((each) => each.model.id === model.id && keyOfModel(each.model) !== key);
      // One that another tab uses goes another time.
      for (const each of older) await remove(each.model);
      await sweep();
    },
    async list() {
      const there = new Set(await disk.names());
      return Promise.all(
        (await records()).map(async (record) => {
          const files = filesOf(record);
          const known = await Promise.all(files.map(({ sha256 }) => journal.file(sha256)));
          const names = files.flatMap(namesOf);
          const isWhole = await Promise.all(names.map(async (name) => Boolean((await journal.file(name))?.whole)));
          const lost = names.some((name, i) => isWhole[i] && !there.has(name));
          const held = files.map(({ sha256, bytes, chunkBytes }, i) =>
            there.has(sha256) ? Math.min(bytes, (known[i]?.held.length ?? 0) * chunkBytes) : 0,
          );
          const whole = names.every((name, i) => isWhole[i] && there.has(name));
          const state = lost ? 'evicted' : whole ? 'whole' : 'partly';
          return {
            ...{ model: record.model, mirrors: record.mirrors, wanted: record.wanted, usedAt: record.usedAt, state },
            heldBytes: held.reduce((sum, bytes) => sum + bytes, 0),
            totalBytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
          } as const;
        }),
      );
    },
    async remove(model) {
      const done = await remove(model);
      await sweep();
      if (done === 'removed') return;
      throw new WeightsError(
        'in-use',
        `${keyOfModel(model)} is in use, here or in another tab. End its story, or close that tab, and try again.`,
      );
    },
  };
}
