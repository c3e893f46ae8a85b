/** What the reader is told, and asked, before anything big is fetched. */
import type { BackendChoice } from '../models/backend.ts';
import type { Residency } from '../models/residency.ts';
import { keptBytes } from '../weights/expand.ts';
import { pathsOf } from '../weights/files.ts';
import type { ModelEntry, Variant, WeightFile } from '../weights/manifest.ts';

export interface Offer {
  readonly model: Pick<ModelEntry, 'id' | 'title' | 'licence'>;
  readonly variant: string;
  /** Bytes that are still to be fetched, and of all files together. */
  readonly missingBytes: number;
  readonly totalBytes: number;
  /** What is missing where it is kept: what is fetched in 8 bits is kept in 16 as well. */
  readonly roomBytes: number;
  /** Room that this browser says there is; absent where it does not say. */
  readonly freeBytes?: number;
  /** Seconds at the speed that the browser believes the connection has; absent where it does not say. */
  readonly seconds?: number;
  /** False where nothing can be kept: the model is fetched anew at every visit. */
  readonly lasting: boolean;
  /** Sentences: why this variant on this device, and what stays in memory. */
  readonly reasons: readonly string[];
}

/** More than this is not fetched without being asked. The tiny model and its engines are less. */
export const ASKED_BYTES = 64e6;

export interface Surroundings {
  readonly lasting: boolean;
  heldBytes(file: WeightFile): Promise<number>;
  /** navigator.storage.estimate */
  estimate?(): Promise<StorageEstimate>;
  /** navigator.connection.downlink, in megabits a second. */
  readonly downlink?: number;
}

export async function offerOf(
  model: ModelEntry,
  variant: Variant,
  choice: Pick<BackendChoice, 'reason'>,
  residency: Pick<Residency, 'reason'>,
  around: Surroundings,
): Promise<Offer> {
  const paths = new Set(pathsOf(model, variant));
  const files = model.files.filter(({ path }) => paths.has(path));
  const held = await Promise.all(files.map((file) => around.heldBytes(file)));
  const totalBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const missingBytes = totalBytes - held.reduce((sum, bytes) => sum + bytes, 0);
  const roomFor = (file: WeightFile, held = 0) => (held < file.bytes ? keptBytes(file) - held : 0);
  const roomBytes = files.reduce((sum, file, i) => sum + roomFor(file, held[i]), 0);
  const room = await around.estimate?.().catch(() => undefined);
  const free = room?.quota === undefined ? {} : { freeBytes: Math.max(0, room.quota - (room.usage ?? 0)) };
  const seconds = around.downlink ? { seconds: missingBytes / ((around.downlink * 1e6) / 8) } : {};
  const { id, title, licence } = model;
  return {
    model: { id, title, licence },
    variant: variant.id,
    ...{ missingBytes, totalBytes, roomBytes, lasting: around.lasting },
    ...free,
    ...seconds,
    reasons: [choice.reason, residency.reason],
  };
}

/** '5.6 GB', '640 MB'. */
export const bytesInWords = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.ceil(bytes / 1e6)} MB`;

/** 'about 12 minutes', 'about 2 hours'. */
export function secondsInWords(seconds: number): string {
  if (seconds < 90) return 'about a minute';
  if (seconds < 5400) return `about ${Math.round(seconds / 60)} minutes`;
  return `about ${Math.round(seconds / 3600)} hours`;
}
