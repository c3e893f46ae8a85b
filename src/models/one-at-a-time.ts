/** Work done one piece after another, each with a limit, all of it over once something useless has been found out. */
import { DeviceError } from '../errors.ts';

export interface OneAtATime {
  /**
   * Waits for its turn. Rejects with DeviceError: 'hang' after `limitMs`, 'engine' with what the work threw, and the
   * fault itself once there is one. A hang is a fault too: what did not answer may still be running.
   */
  do<T>(what: string, limitMs: number, work: () => Promise<T>): Promise<T>;
  /** Throws the fault, if there is one. */
  check(): void;
  /** Resolves when everything asked for so far has ended, well or badly. */
  idle(): Promise<void>;
}

/** @param lost resolves, if ever, with what makes all further work useless; work under way is rejected with it */
export function oneAtATime(lost: Promise<DeviceError> = new Promise(() => {})): OneAtATime {
  let last: Promise<unknown> = Promise.resolve();
  let fault: DeviceError | undefined;
  lost.then((error) => {
    fault ??= error;
  });

  async function guarded<T>(what: string, limitMs: number, work: () => Promise<T>): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hang = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        fault ??= new DeviceError('hang', `${what} did not answer for ${limitMs / 1000} s. Reload, or choose the CPU.`);
        reject(fault);
      }, limitMs);
    });
    try {
      return await Promise.race([work(), hang, lost.then((error) => Promise.reject(error))]);
    } catch (error) {
      if (error instanceof DeviceError) throw error;
      const said = error instanceof Error ? error.message : String(error);
      throw new DeviceError('engine', `${what} failed: ${said.replace(/\.?$/, '.')} Try again, or choose the CPU.`);
    } finally {
      clearTimeout(timer);
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
    check() {
      if (fault) throw fault;
    },
    async idle() {
      await last;
    },
  };
}
