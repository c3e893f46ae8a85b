/** An answer, or DeviceError 'hang': a GPU can fall silent without a word. */
import { DeviceError } from '../errors.ts';

/** For all that waits for the GPU: a software one takes most of a minute for a single run of a large graph. */
export const ANSWER_LIMIT_MS = 300_000;

export async function inTime<T>(what: string, limitMs: number, answer: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hang = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new DeviceError('hang', `${what} did not answer for ${limitMs / 1000} s. Reload, or choose the CPU.`));
    }, limitMs);
  });
  try {
    return await Promise.race([answer, hang]);
  } finally {
    clearTimeout(timer);
  }
}
