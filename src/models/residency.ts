/** Which parts of a model stay in memory and which take turns, from the bytes they need and the bytes there are. */
import { DeviceError, type PlainError } from '../errors.ts';
import type { GraphName, ModelEntry, Variant } from '../weights/manifest.ts';

/** What writes, what sees, what paints: each is loaded and given back as a whole. */
export type Part = 'language' | 'vision' | 'pictures';

export const GRAPHS_OF: Readonly<Record<Part, readonly GraphName[]>> = {
  language: ['embed', 'decoder'],
  vision: ['vision'],
  pictures: ['mapper', 'unet', 'vae_decoder', 'preview'],
};
const PARTS = Object.keys(GRAPHS_OF) as Part[];

/** Bytes that each part needs while it is loaded: weights, buffers, and what it works with. */
export type PartBytes = Readonly<Record<Part, number>>;

export interface Residency {
  /** The parts that stay from the first word to the last. The others are loaded when it is their turn, once a page. */
  readonly kept: readonly Part[];
  /** The most that is in memory at any time. */
  readonly peakBytes: number;
  /** One sentence: why. */
  readonly reason: string;
}

/** A page is written, painted and seen; each needs one part. A part that is not kept leaves after its turn. */
const peakOf = (bytes: PartBytes, kept: readonly Part[]): number =>
  Math.max(
    ...PARTS.map((needed) =>
      PARTS.filter((part) => part === needed || kept.includes(part)).reduce((sum, part) => sum + bytes[part], 0),
    ),
  );

/** A language model that comes back has to read again what was told, which takes about as long as half its loading. */
const costOf = (bytes: PartBytes, kept: readonly Part[]): number =>
  PARTS.filter((part) => !kept.includes(part)).reduce(
    (sum, part) => sum + bytes[part] * (part === 'language' ? 1.5 : 1),
    0,
  );

const words = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
export const NAMED: Readonly<Record<Part, string>> = {
  language: 'the writer',
  vision: 'the eyes',
  pictures: 'the painter',
};

/**
 * The plan that loads the fewest bytes per page and never needs more than `budgetBytes`. Throws DeviceError where not
 * even one part at a time fits.
 */
export function planResidency(bytes: PartBytes, budgetBytes: number): Residency {
  const all = [0, 1, 2, 3, 4, 5, 6, 7].map((mask) => PARTS.filter((_, i) => mask & (1 << i)));
  const able = all.filter((kept) => peakOf(bytes, kept) <= budgetBytes);
  if (able.length === 0) {
    const least = Math.max(...PARTS.map((part) => bytes[part]));
    throw new DeviceError(
      'limits',
      `This model needs ${words(least)} of memory even if its parts take turns, and ${words(budgetBytes)} may be used. ` +
        'Allow more memory in the settings, or choose a smaller model.',
    );
  }
  const kept = able.reduce((best, each) => {
    const more = costOf(bytes, best) - costOf(bytes, each);
    // A part that a model has not takes nothing: it is kept.
    return more > 0 || (more === 0 && each.length > best.length) ? each : best;
  });
  const peakBytes = peakOf(bytes, kept);
  const turns = PARTS.filter((part) => !kept.includes(part));
  const reason =
    turns.length === 0
      ? `All of the model is kept in memory (${words(peakBytes)}).`
      : `${turns.map((part) => NAMED[part]).join(' and ')} ${turns.length > 1 ? 'take turns' : 'is loaded for each page'}, ` +
        `so that ${words(peakBytes)} of memory suffice.`;
  return { kept, peakBytes, reason: reason.charAt(0).toUpperCase() + reason.slice(1) };
}

/** The plan that takes the least memory there is: of those, the one that loads the fewest bytes per page. */
function leastResidency(bytes: PartBytes): Residency {
  return planResidency(bytes, Math.max(...PARTS.map((part) => bytes[part])));
}

/**
 * What is tried after a plan that turned out to be too much for the device: as little as can be, because there is no
 * second try. undefined where there is nothing less.
 */
export function thriftier(bytes: PartBytes, than: Residency): Residency | undefined {
  const least = leastResidency(bytes);
  return least.peakBytes < than.peakBytes ? least : undefined;
}

/** Was it memory that a device had too little of? A device that is lost tells no reason, and this is the usual one. */
export function ranOut({ name, code, message }: PlainError): boolean {
  return (
    (name === 'DeviceError' && code === 'lost') ||
    /out[ _-]?of[ _-]?memory|bad_alloc|alloc\w* fail|fail\w* to alloc/i.test(message)
  );
}

export interface VariantPlan {
  readonly variant: Variant;
  readonly residency: Residency;
}

/**
 * The variants that can be told within `budgetBytes`, in the order given, each with its plan. Throws the DeviceError of
 * the first where none can. @param thrifty each is to take the least there is
 */
export function planVariants(
  model: ModelEntry,
  variants: readonly Variant[],
  budgetBytes: number,
  thrifty = false,
): readonly [VariantPlan, ...VariantPlan[]] {
  const plan = (variant: Variant): VariantPlan => {
    const bytes = partBytes(model, variant);
    const residency = planResidency(bytes, budgetBytes);
    return { variant, residency: (thrifty && thriftier(bytes, residency)) || residency };
  };
  let refusal: unknown;
  const plans = variants.flatMap((variant) => {
    try {
      return [plan(variant)];
    } catch (error) {
      refusal ??= error;
      return [];
    }
  });
  const [first, ...others] = plans;
  if (!first) throw refusal;
  return [first, ...others];
}

/** Of variants that can be told here, the one that takes the least memory, where that is less than `than` takes at least. */
export function smallerThan(model: ModelEntry, variants: readonly Variant[], than: Variant): Variant | undefined {
  const least = (variant: Variant) => leastResidency(partBytes(model, variant)).peakBytes;
  const smallest = [...variants].sort((a, b) => least(a) - least(b))[0];
  return smallest && least(smallest) < least(than) ? smallest : undefined;
}

/** What each part needs: as the manifest says, or its share of the whole by the size of its files. */
export function partBytes(model: ModelEntry, variant: Variant): PartBytes {
  const sizes = new Map(model.files.map((file) => [file.path, file.bytes]));
  const filesOf = (part: Part) =>
    GRAPHS_OF[part]
      .flatMap((name) => variant.graphs[name] ?? [])
      .flatMap((graph) => [graph.model, ...graph.data])
      .reduce((sum, path) => sum + (sizes.get(path) ?? 0), 0);
  const total = PARTS.reduce((sum, part) => sum + filesOf(part), 0);
  const { gpuBytes, graphs } = variant.needs;
  const share = (part: Part) => Math.ceil((gpuBytes * filesOf(part)) / Math.max(total, 1));
  const said = (part: Part) => GRAPHS_OF[part].reduce((sum, name) => sum + (graphs?.[name] ?? 0), 0);
  const bytes = (part: Part) => (graphs ? said(part) : share(part));
  return { language: bytes('language'), vision: bytes('vision'), pictures: bytes('pictures') };
}
