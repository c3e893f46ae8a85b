/** What may be fetched: nothing big for a GPU that computes wrongly, and nothing big before the reader allowed it. */
import { DeviceError, InputError, StoppedError } from '../errors.ts';
import { openGpu } from '../gpu/device.ts';
import { inTime } from '../gpu/in-time.ts';
import { tryGpu } from '../gpu/trial.ts';
import type { BackendChoice } from '../models/backend.ts';
import type { VariantPlan } from '../models/residency.ts';
import type { ModelEntry } from '../weights/manifest.ts';
import type { Store } from '../weights/store.ts';
import { bytesInWords } from './amounts.ts';
import { type Agreed, ASKED_BYTES, type Offer, offerOf } from './offer.ts';

/** Asked before anything big is fetched; true is a yes to what is proposed. */
export type Consent = (offer: Offer) => Promise<boolean | Agreed> | boolean | Agreed;

const TRIAL_LIMIT_MS = 10_000;

/**
 * Rejects with StoppedError for a no, with InputError where nobody can be asked, and with DeviceError for a GPU that
 * computes wrongly.
 */
export async function agreed(
  model: ModelEntry,
  plans: readonly [VariantPlan, ...VariantPlan[]],
  choice: BackendChoice,
  store: Pick<Store, 'lasting' | 'heldBytes'>,
  consent: Consent | undefined,
): Promise<Agreed> {
  const { connection, storage } = navigator as Navigator & { connection?: { downlink?: number } };
  const offer = await offerOf(model, plans, choice, {
    lasting: store.lasting,
    heldBytes: store.heldBytes,
    ...(storage?.estimate ? { estimate: () => storage.estimate() } : {}),
    ...(connection?.downlink ? { downlink: connection.downlink } : {}),
  });
  if (offer.missingBytes <= ASKED_BYTES) return {};
  if (choice.backend !== 'wasm') await tried(choice);
  if (!consent) {
    const words = `${offer.model.title} needs ${bytesInWords(offer.missingBytes)} to be fetched first. Give a function as "consent" that allows it.`;
    throw new InputError('bad-option', words);
  }
  const answer = await consent(offer);
  if (!answer) throw new StoppedError();
  const wishes = answer === true ? {} : answer;
  // Now it is worth asking the browser not to remove it when room is scarce; a refusal is shown with what is held.
  if (!wishes.inMemory) await storage?.persist?.().catch(() => false);
  return wishes;
}

async function tried({ reason }: BackendChoice): Promise<void> {
  const { device } = await openGpu(navigator.gpu);
  try {
    const { right } = await inTime('The GPU', TRIAL_LIMIT_MS, tryGpu(device));
    if (!right) throw new DeviceError('engine', `The GPU gives wrong numbers (${reason}) Choose "wasm" as backend.`);
  } finally {
    device.destroy();
  }
}
