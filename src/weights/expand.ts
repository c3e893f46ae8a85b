/**
 * What is fetched in fewer bits than ONNX Runtime reads. In 8 bits a stored file holds, weight by weight, the float16 scales
 * of its rows and then its rows as int8 steps: a value is scale · step, rounded once. In 16 bits it holds float16 values,
 * which become float32 (python/interleaf/exporting/expanded.py). The expanded file lies beside the stored one: the stored one
 * is what the manifest's hashes are of, what a folder is written from, and what an expanded file that rots is made from
 * again without any network.
 */
import { StoppedError, WeightsError } from '../errors.ts';
import type { WeightFile } from './manifest.ts';
import type { Part, Store } from './store.ts';
import { type Bytes, sha256, spanOf } from './verified.ts';

export type Expansion = NonNullable<WeightFile['expand']>;
/** [rows, columns] of each weight, in order. */
type Rows = NonNullable<Expansion['rows']>;
type Expander = (piece: Uint8Array) => Bytes;

/** Of the expanded file, which is written and hashed again by so much. */
const CHUNK_BYTES = 4 * 2 ** 20;

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** The bits of the float16 nearest to a float32, ties to even. */
export function halfOf(value: number): number {
  float[0] = value;
  const single = float[0] as number;
  const from = bits[0] as number;
  const sign = (from >>> 16) & 0x8000;
  const size = from & 0x7fffffff;
  if (size > 0x7f800000) return sign | 0x7e00; // no number
  if (size >= 0x477ff000) return sign | 0x7c00; // rounds to more than 65504
  // 2^-24 is the smallest step there is below 2^-14: adding 0.5 leaves so many bits, rounded by the addition itself.
  if (size < 0x38800000) {
    float[0] = Math.abs(single) + 0.5;
    return sign | ((bits[0] as number) - 0x3f000000);
  }
  const even = (size >>> 13) & 1;
  return sign | ((size - 0x38000000 + 0xfff + even) >>> 13);
}

/** A float16 as a number. */
export function numberOf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Takes a stored file in pieces of any length, in order, and gives what each adds to the expanded one. */
export function createExpander({ rows, to }: Omit<Expansion, 'bytes'>): Expander {
  if (!rows) return createWidener();
  return to ? createRowExpander(rows, Float32Array, (value) => value) : createRowExpander(rows, Uint16Array, halfOf);
}

/** float16 to float32. */
function createWidener(): Expander {
  const values = Float32Array.from({ length: 0x10000 }, (_, half) => numberOf(half));
  let low: number | undefined;
  return (piece) => {
    const out = new Float32Array((piece.length + (low === undefined ? 0 : 1)) >> 1);
    let length = 0;
    for (const byte of piece) {
      if (low === undefined) {
        low = byte;
      } else {
        out[length++] = values[low | (byte << 8)] as number;
        low = undefined;
      }
    }
    return new Uint8Array(out.buffer);
  };
}

/** @param Elements what the values are written as, each by `write` */
function createRowExpander(
  rows: Rows,
  Elements: typeof Uint16Array | typeof Float32Array,
  write: (value: number) => number,
): Expander {
  const weights = rows.values();
  let [height, width] = [0, 0];
  let scales = new Uint8Array(0);
  /** Bytes of this weight's scales, and steps of its rows, that have come. */
  let [scaled, stepped] = [0, 0];
  /** The values of all steps in this row, by their byte. */
  const values = new Elements(256);

  const begin = () => {
    [height, width] = weights.next().value ?? [0, 0];
    scales = new Uint8Array(2 * height);
    [scaled, stepped] = [0, 0];
  };
  const beginRow = (row: number) => {
    const scale = numberOf((scales[2 * row] as number) | ((scales[2 * row + 1] as number) << 8));
    for (let byte = 0; byte < 256; byte++) values[byte] = write(scale * ((byte << 24) >> 24));
  };

  return (piece) => {
    const out = new Elements(piece.length);
    let [at, length] = [0, 0];
    while (at < piece.length) {
      if (stepped === height * width) begin();
      if (height === 0) throw new RangeError(`${piece.length - at} bytes more than the rows have.`);
      if (scaled < scales.length) {
        const some = piece.subarray(at, at + scales.length - scaled);
        scales.set(some, scaled);
        scaled += some.length;
        at += some.length;
        continue;
      }
      if (stepped % width === 0) beginRow(stepped / width);
      const end = Math.min(piece.length, at + width - (stepped % width));
      stepped += end - at;
      while (at < end) out[length++] = values[piece[at++] as number] as number;
    }
    // Every browser's memory is little-endian, as the file is.
    return new Uint8Array(out.buffer, 0, Elements.BYTES_PER_ELEMENT * length);
  };
}

const SUFFIX = '-expanded';
const nameOf = ({ sha256 }: Pick<WeightFile, 'sha256'>): string => `${sha256}${SUFFIX}`;

/** Names on the disk of all that is kept of a file. */
export const namesOf = (file: WeightFile): string[] => [file.sha256, ...(file.expand ? [nameOf(file)] : [])];

/** The name of the stored file, of either name. */
export const storedName = (name: string): string => name.replace(SUFFIX, '');

/** Bytes that a file takes where it is kept, of which `file.bytes` are fetched. */
export const keptBytes = ({ bytes, expand }: WeightFile): number => bytes + (expand?.bytes ?? 0);

/** The expanded file as the store has it. Its hashes are of what was written when it was expanded. */
async function expandedFile(file: WeightFile, store: Store): Promise<WeightFile> {
  const { path, expand } = file;
  const [name, bytes] = [nameOf(file), expand?.bytes ?? 0];
  const count = Math.ceil(bytes / CHUNK_BYTES);
  const known = await store.hashesOf(name);
  const chunks = known?.length === count ? known : new Array<string>(count).fill('');
  return { path, bytes, sha256: name, chunkBytes: CHUNK_BYTES, chunks };
}

/** What ONNX Runtime reads of a file that is kept; undefined where it has to be expanded, again or at all. */
export async function readExpanded(file: WeightFile, store: Store, doubt?: 'all'): Promise<Blob | undefined> {
  return store.read(await expandedFile(file, store), doubt);
}

/**
 * Expands a file that is kept. For whoever has it alone. A few megabytes are in memory at a time; what was interrupted
 * goes on where it was. Rejects with WeightsError ('corrupt' where the stored bytes have rotted, and are forgotten) and
 * with StoppedError.
 */
export async function expand(file: WeightFile, store: Store, signal?: AbortSignal): Promise<void> {
  const stored = await store.read(file, 'all');
  if (!stored)
    throw new WeightsError('corrupt', `${file.path} was damaged on the disk. Try again: it is fetched anew.`);
  const known = await expandedFile(file, store);
  const chunks = [...known.chunks];
  const as = { ...known, chunks };
  const part = await store.open(as);
  try {
    await eachChunk(file, as, stored, async (index, bytes) => {
      if (signal?.aborted) throw new StoppedError();
      if (part.held.has(index)) return;
      chunks[index] = await sha256(bytes);
      await part.write(index, bytes);
    });
    await commit(part, file);
  } finally {
    part.close();
  }
}

async function commit(part: Part, { path }: WeightFile): Promise<void> {
  await part.commit().catch((error: unknown) => {
    throw error instanceof WeightsError
      ? error
      : new WeightsError('not-kept', `${path} could not be expanded: ${error}`);
  });
}

async function eachChunk(
  { expand }: WeightFile,
  as: WeightFile,
  stored: Blob,
  use: (index: number, bytes: Bytes) => Promise<void>,
): Promise<void> {
  const expandPiece = createExpander(expand ?? { rows: [] });
  let [index, filled] = [0, 0];
  let chunk = new Uint8Array(spanOf(as, 0).to);
  for (let at = 0; at < stored.size; at += CHUNK_BYTES / 2) {
    const piece = new Uint8Array(await stored.slice(at, at + CHUNK_BYTES / 2).arrayBuffer());
    for (let rest = expandPiece(piece); rest.length > 0; ) {
      const some = rest.subarray(0, chunk.length - filled);
      chunk.set(some, filled);
      filled += some.length;
      rest = rest.subarray(some.length);
      if (filled < chunk.length) continue;
      await use(index, chunk);
      index += 1;
      const { from, to } = spanOf(as, index);
      chunk = new Uint8Array(Math.max(0, to - from));
      filled = 0;
      if (chunk.length === 0) break;
    }
  }
}
