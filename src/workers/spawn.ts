/** Starts the workers from wherever this program lies, and speaks the protocol with them. */
import { DeviceError } from '../errors.ts';
import type { Keeper } from '../weights/keeper.ts';
import type { Eyes, OpenStory, Painter, Seen, Writer } from './protocol.ts';
import { proxy, transfer, wrap } from './wire.ts';

export interface Spawned<T> {
  readonly remote: T;
  /** Ends the worker at once; what it was asked is rejected. */
  end(): void;
}

/** How long a stop may take: a token or a denoising step, on a slow machine. */
const GRACE_MS = 10_000;

/** In a frame that is sandboxed without an origin of its own. */
const isSandboxed = () => globalThis.origin === 'null';

/**
 * A worker of another origin cannot be started from its address; a blob that imports it can. A sandboxed frame is of another
 * origin than everything, and its blobs are not secure, so that nothing could be verified in them; data: is.
 */
function start(url: string): Worker {
  const script = `import ${JSON.stringify(url)};`;
  if (isSandboxed()) return new Worker(`data:text/javascript,${encodeURIComponent(script)}`, { type: 'module' });
  if (new URL(url).origin === location.origin) return new Worker(url, { type: 'module' });
  const blob = new Blob([script], { type: 'text/javascript' });
  const local = URL.createObjectURL(blob);
  const worker = new Worker(local, { type: 'module' });
  setTimeout(() => URL.revokeObjectURL(local), 60_000);
  return worker;
}

/** Races every call with the worker's own end, which comlink does not notice. */
function watch(worker: Worker, what: string) {
  let fail: (error: DeviceError) => void = () => {};
  const dead = new Promise<never>((_, reject) => {
    fail = reject;
  });
  dead.catch(() => {});
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    const next = isSandboxed() ? 'Allow data: in the worker-src of this sandboxed frame.' : 'Try again.';
    fail(new DeviceError('engine', `The ${what} ended: ${event.message || 'its script could not be loaded'}. ${next}`));
  });
  const alive = <T>(call: Promise<T>): Promise<T> => Promise.race([call, dead]);
  const running = new Set<Promise<unknown>>();
  return {
    alive,
    /** A call that tells how far it is. Its answer travels on a port of its own: what is told after it is not heard. */
    telling<P, T>(hear: (progress: P) => void, call: (onProgress: (progress: P) => void) => Promise<T>): Promise<T> {
      let answered = false;
      const onProgress = proxy((progress: P) => {
        if (!answered) hear(progress);
      });
      return alive(call(onProgress)).finally(() => {
        answered = true;
      });
    },
    /** A call that a stop must end. */
    stoppable<T>(call: Promise<T>): Promise<T> {
      const mine = alive(call).finally(() => running.delete(mine));
      running.add(mine);
      return mine;
    },
    /** A stop was asked for: a worker that still tells after the grace period is ended. */
    async stopping(): Promise<void> {
      if (running.size === 0) return;
      const timer = setTimeout(() => {
        const words = `The ${what} did not stop within ${GRACE_MS / 1000} s and was ended. The next story starts a new one.`;
        fail(new DeviceError('hang', words));
        worker.terminate();
      }, GRACE_MS);
      await Promise.allSettled(running);
      clearTimeout(timer);
    },
    end() {
      fail(new DeviceError('lost', `The ${what} was ended. Start again.`));
      worker.terminate();
    },
  };
}

export function spawnWriter(url: string): Spawned<Writer> {
  const worker = start(url);
  const remote = wrap<Writer>(worker);
  const { alive, telling, stoppable, stopping, end } = watch(worker, 'writer');
  return {
    end,
    remote: {
      load: (request, hear) => telling(hear, (onProgress) => remote.load(request, onProgress)),
      pause: (paused) => void remote.pause(paused),
      open(story) {
        return stoppable(remote.open(transfer(story, bitmapsOf(story))));
      },
      write: (page, onEvent) => stoppable(remote.write(page, proxy(onEvent))),
      turn: (picture) => stoppable(remote.turn(isBitmap(picture) ? transfer(picture, [picture]) : picture)),
      stop() {
        void remote.stop();
        void stopping();
      },
      close: () => alive(remote.close()),
    },
  };
}

/** Soft tokens are copied: whoever keeps a story keeps them. */
const isBitmap = (seen: Seen | undefined): seen is ImageBitmap => !!seen && !(seen instanceof Float32Array);

function bitmapsOf({ picture, past = [] }: OpenStory): ImageBitmap[] {
  const told = past.map((page) => page.picture && ('bitmap' in page.picture ? page.picture.bitmap : undefined));
  return [picture, ...told].filter(isBitmap);
}

export function spawnEyes(url: string): Spawned<Eyes> {
  const worker = start(url);
  const remote = wrap<Eyes>(worker);
  const { alive, telling, end } = watch(worker, 'eyes');
  return {
    end,
    remote: {
      load: (request, hear) => telling(hear, (onProgress) => remote.load(request, onProgress)),
      pause: (paused) => void remote.pause(paused),
      see: (picture) => alive(remote.see(transfer(picture, [picture]))),
      close: () => alive(remote.close()),
    },
  };
}

export function spawnKeeper(url: string): Spawned<Keeper> {
  const worker = start(url);
  const remote = wrap<Keeper>(worker);
  const { alive, telling, end } = watch(worker, 'store of weights');
  return {
    end,
    remote: {
      fetch: (request, hear) => telling(hear, (onProgress) => remote.fetch(request, onProgress)),
      stop: () => void remote.stop(),
      pause: (paused) => void remote.pause(paused),
      list: () => alive(remote.list()),
      remove: (model) => alive(remote.remove(model)),
      check: (model, hear) => telling(hear, (onProgress) => remote.check(model, onProgress)),
      take: (given, hear) => telling(hear, (onProgress) => remote.take(given, onProgress)),
      give: (model, directory, hear) => telling(hear, (onProgress) => remote.give(model, directory, onProgress)),
    },
  };
}

export function spawnPainter(url: string): Spawned<Painter> {
  const worker = start(url);
  const remote = wrap<Painter>(worker);
  const { alive, telling, stoppable, stopping, end } = watch(worker, 'painter');
  return {
    end,
    remote: {
      load: (request, hear) => telling(hear, (onProgress) => remote.load(request, onProgress)),
      pause: (paused) => void remote.pause(paused),
      paint: (request, onEvent) => stoppable(remote.paint(request, proxy(onEvent))),
      stop() {
        void remote.stop();
        void stopping();
      },
      close: () => alive(remote.close()),
    },
  };
}
