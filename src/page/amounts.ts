/** Bytes, seconds and what is waited for, in a reader's words. */
import type { FilesProgress } from '../weights/tally.ts';

/** '5.6 GB', '640 MB'. */
export const bytesInWords = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.ceil(bytes / 1e6)} MB`;

/** 'about 12 minutes', 'about 2 hours'. */
export function secondsInWords(seconds: number): string {
  if (seconds < 90) return 'about a minute';
  if (seconds < 5400) return `about ${Math.round(seconds / 60)} minutes`;
  return `about ${Math.round(seconds / 3600)} hours`;
}

function leftInWords(seconds: number): string {
  if (seconds < 10) return 'a few seconds left';
  if (seconds < 50) return 'less than a minute left';
  return `${secondsInWords(seconds)} left`;
}

/** A megabyte a second, and less in kilobytes. */
const speedInWords = (bytesPerSecond: number): string =>
  bytesPerSecond >= 1e6
    ? `${(bytesPerSecond / 1e6).toFixed(bytesPerSecond < 1e7 ? 1 : 0)} MB a second`
    : `${Math.ceil(bytesPerSecond / 1e3)} kB a second`;

type Arriving = Pick<FilesProgress, 'loadedBytes' | 'totalBytes' | 'bytesPerSecond' | 'secondsLeft' | 'waiting'>;

/** '2.1 GB of 6.7 GB, 11 MB a second, about 7 minutes left'; while nothing arrives, why. @param passed seconds since */
export function arrivingInWords(progress: Arriving, paused: boolean, passed: number): string {
  const { loadedBytes, totalBytes, bytesPerSecond, secondsLeft, waiting } = progress;
  const amount = `${bytesInWords(loadedBytes)} of ${bytesInWords(totalBytes)}`;
  if (paused) return `Paused at ${amount}.`;
  if (waiting) return `${amount}. ${waitingInWords(waiting, passed)}`;
  if (!bytesPerSecond || secondsLeft === undefined) return amount;
  return `${amount}, ${speedInWords(bytesPerSecond)}, ${leftInWords(secondsLeft)}`;
}

function waitingInWords({ on, seconds }: NonNullable<FilesProgress['waiting']>, passed: number): string {
  const left = Math.ceil(seconds - passed);
  const again =
    left > 0 ? `again in ${left < 90 ? `${left} s` : secondsInWords(left).replace('about ', '')}` : 'again now';
  switch (on) {
    case 'network':
      return `Waiting for the network; ${again}.`;
    case 'server':
      return `The server is busy; ${again}.`;
    case 'mirror':
      return 'Trying another mirror.';
    case 'tab':
      return 'Another tab is fetching it.';
    default:
      on satisfies never;
      return '';
  }
}
