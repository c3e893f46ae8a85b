/** A worker with its load request filled in, which can be held up, and uses again what nobody keeps. */
import type { Files } from '../weights/files.ts';
import type { Eyes, LoadedEngine, LoadProgress, LoadRequest, Painter, Writer } from '../workers/protocol.ts';
import type { Spawned } from '../workers/spawn.ts';
import type { Pausing } from './pausing.ts';

/** What the workers of one teller share. */
export interface Shared {
  readonly pausing: Pausing;
  /** Files that lie in memory alone, by path: fetched once, though workers come and go. */
  readonly given: Map<string, Blob>;
}

/** @param instead what is loaded where the first request's device cannot do it */
export function loading<T extends Pick<Writer | Painter | Eyes, 'load' | 'pause' | 'close'>>(
  spawn: () => Spawned<T>,
  { pausing, given }: Shared,
  request: LoadRequest,
  instead?: LoadRequest | false,
) {
  const begin = () => {
    const spawned = spawn();
    return { spawned, leave: pausing.join((paused) => spawned.remote.pause(paused)) };
  };
  let current = begin();
  const end = () => {
    current.leave();
    current.spawned.end();
  };
  const loadAs = async (of: LoadRequest, onLoad: (progress: LoadProgress) => void): Promise<LoadedEngine> => {
    const loaded = await current.spawned.remote.load(given.size > 0 ? { ...of, given: asFiles(given) } : of, onLoad);
    for (const [path, blob] of loaded.inMemory ?? []) given.set(path, blob);
    return loaded;
  };
  const load = async (onLoad: (progress: LoadProgress) => void): Promise<LoadedEngine> => {
    try {
      return await loadAs(request, onLoad);
    } catch (error) {
      if (!instead || !(error instanceof Error) || error.name !== 'DeviceError') throw error;
      end();
      current = begin();
      return loadAs(instead, onLoad);
    }
  };
  const remote = new Proxy({} as Omit<T, 'load'> & { load: typeof load }, {
    get: (_, name) => (name === 'load' ? load : current.spawned.remote[name as keyof T]),
  });
  return { remote, end };
}

const asFiles = (given: ReadonlyMap<string, Blob>): Files => new Map(given);
