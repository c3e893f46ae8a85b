/** Work done one piece after another, each with a limit, all of it over once something useless has been found out. */
import { DeviceError } from '../errors.ts';
import { inTime } from '../gpu/in-time.ts';
import { breathe } from './turn.ts';

export interface OneAtATime {
  /**
   * Waits for its turn. Rejects with DeviceError: 'hang' after `limitMs`, 'engine' with what the work threw, and the
   * fault itself once there is one. A hang is a fault too: what did not answer may still be running.
   */
  do<T>(what: string, limitMs: number, work: () => Promise<T>): Promise<T>;
  /** Does work that uses the device in its own way too: a fault in it that came of a loss is told as that loss. */
  guard<T>(work: () => Promise<T>): Promise<T>;
}

/** @param lost resolves, if ever, with what makes all further work useless; work under way is rejected with it */
export function oneAtATime(lost: Promise<DeviceError> = new Promise(() => {})): OneAtATime {
  let last: Promise<unknown> = Promise.resolve();
  let fault: DeviceError | undefined;
  lost.then((error) => {
    fault ??= error;
  });

  async function guarded<T>(what: string, limitMs: number, work: () => Promise<T>): Promise<T> {
    try {
      return await inTime(what, limitMs, Promise.race([work(), lost.then((error) => Promise.reject(error))]));
    } catch (error) {
      if (error instanceof DeviceError) {
        if (error.code === 'hang') fault ??= error;
        throw error;
      }
      const said = error instanceof Error ? error.message : String(error);
      throw new DeviceError('engine', `${what} failed: ${said.replace(/\.?$/, '.')} Try again, or choose the CPU.`);
    }
  }

  return {
    do(what, limitMs, work) {
      const mine = last.then(() => {
        if (fault) throw fault;
        return guarded(what, limitMs, work);
      });
      last = mine.catch(() => {});
      return mine;
    },
    async guard(work) {
      if (fault) throw fault;
      try {
        return await work();
      } catch (error) {
        // A map or a submit can fail before the loss that made it fail is heard of.
        await breathe();
        throw fault ?? error;
      }
    },
  };
}
