/** What the reader is told, and asked, before anything big is fetched. */
import type { BackendChoice } from '../models/backend.ts';
import type { VariantPlan } from '../models/residency.ts';
import { keptBytes } from '../weights/expand.ts';
import { pathsOf } from '../weights/files.ts';
import type { ModelEntry, Variant, WeightFile } from '../weights/manifest.ts';

export interface OfferedVariant {
  readonly id: string;
  /** Bytes that are still to be fetched, and of all files together. */
  readonly missingBytes: number;
  readonly totalBytes: number;
  /** What is missing where it is kept: what is fetched in 8 bits is kept in 16 as well. */
  readonly roomBytes: number;
  /** Seconds at the speed that the browser believes the connection has; absent where it does not say. */
  readonly seconds?: number;
  /** One sentence: what of it stays in memory. */
  readonly reason: string;
}

/** `variant`, `missingBytes`, `totalBytes` and `seconds` are those of the variant that is proposed. */
export interface Offer extends Omit<OfferedVariant, 'id' | 'reason'> {
  readonly model: Pick<ModelEntry, 'id' | 'title' | 'licence'>;
  readonly variant: string;
  /** All that this device can tell with, the proposed one first. */
  readonly variants: readonly OfferedVariant[];
  /** Room that this browser says there is; absent where it does not say. */
  readonly freeBytes?: number;
  /** False where nothing can be kept: the model is fetched anew at every visit. */
  readonly lasting: boolean;
  /** Sentences: why this variant on this device, and what stays in memory. */
  readonly reasons: readonly string[];
}

/** A yes, and what the reader chose otherwise. */
export interface Agreed {
  /** Id of another variant of the offer. */
  readonly variant?: string;
  /** Nothing is to be kept on this machine. */
  readonly inMemory?: boolean;
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

/** @param plans of the variants that can be told here, the proposed one first */
export async function offerOf(
  model: ModelEntry,
  plans: readonly [VariantPlan, ...VariantPlan[]],
  choice: Pick<BackendChoice, 'reason'>,
  around: Surroundings,
): Promise<Offer> {
  const variants = await Promise.all(
    plans.map(async ({ variant, residency }): Promise<OfferedVariant> => {
      const amounts = await bytesOf(model, variant, around);
      const seconds = around.downlink ? { seconds: amounts.missingBytes / ((around.downlink * 1e6) / 8) } : {};
      return { id: variant.id, ...amounts, ...seconds, reason: residency.reason };
    }),
  );
  const [proposed] = variants as [OfferedVariant];
  const { id: variant, reason, ...amounts } = proposed;
  const room = await around.estimate?.().catch(() => undefined);
  const free = room?.quota === undefined ? {} : { freeBytes: Math.max(0, room.quota - (room.usage ?? 0)) };
  const { id, title, licence } = model;
  return {
    model: { id, title, licence },
    ...{ variant, variants, ...amounts },
    ...{ lasting: around.lasting, ...free },
    reasons: [choice.reason, reason],
  };
}

async function bytesOf(model: ModelEntry, variant: Variant, { heldBytes }: Surroundings) {
  const paths = new Set(pathsOf(model, variant));
  const files = model.files.filter(({ path }) => paths.has(path));
  const held = await Promise.all(files.map((file) => heldBytes(file)));
  const totalBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const roomFor = (file: WeightFile, held = 0) => (held < file.bytes ? keptBytes(file) - held : 0);
  return {
    totalBytes,
    missingBytes: totalBytes - held.reduce((sum, bytes) => sum + bytes, 0),
    roomBytes: files.reduce((sum, file, i) => sum + roomFor(file, held[i]), 0),
  };
}
