/**
 * Weight files between visits, each under its hash. What goes in was verified chunk by chunk; what comes out has the
 * length and the date it was left with, and is hashed again when it is small, when anything about it has changed, or
 * when a week has gone by.
 */
import { WeightsError } from '../errors.ts';
import type { Disk, DiskFile } from './disk.ts';
import type { FileRecord, Journal } from './journal.ts';
import type { WeightFile } from './manifest.ts';
import { type Bytes, soundChunks, spanOf } from './verified.ts';

/** A file that is arriving. Only verified chunks may be written to it. */
export interface Part {
  /** Indices of the chunks that are held, verified. */
  readonly held: ReadonlySet<number>;
  /** Rejects with WeightsError, 'full' or 'not-kept', and then nothing of the chunk counts. */
  write(index: number, bytes: Bytes): Promise<void>;
  /** Makes the file count as whole, once every chunk is held. */
  commit(): Promise<void>;
  close(): void;
}

export interface Store {
  /** False where files last only as long as this worker. */
  readonly lasting: boolean;
  /** Bytes that are held of a file, by what is written down of it. */
  heldBytes(file: WeightFile): Promise<number>;
  /** The whole file. What turns out to be damaged is forgotten, and only that. doubt 'all': every byte is hashed. */
  read(file: WeightFile, doubt?: 'all'): Promise<Blob | undefined>;
  /** For whoever has the file alone. What is held already is hashed again. */
  open(file: WeightFile): Promise<Part>;
  /** The hashes that a file of this name was last written with. */
  hashesOf(sha256: string): Promise<readonly string[] | undefined>;
}

/** A tenth of a second. */
const SMALL_BYTES = 32 * 2 ** 20;
/** Every file is hashed again after this long: disks forget. */
const TRUSTED_MS = 7 * 24 * 3600 * 1000;

export function sizeOfChunks(file: WeightFile, held: Iterable<number>): number {
  let bytes = 0;
  for (const index of held) bytes += spanOf(file, index).to - spanOf(file, index).from;
  return bytes;
}

/** Another version of the program may have cut the same file into other chunks. */
function isOf(file: WeightFile, record: FileRecord): boolean {
  return (
    record.bytes === file.bytes && record.chunkBytes === file.chunkBytes && `${record.chunks}` === `${file.chunks}`
  );
}

const indicesOf = (file: WeightFile): number[] => file.chunks.map((_, index) => index);

/** @param smallBytes up to this size a file is hashed whenever it is read */
export function createStore(disk: Disk, journal: Journal, now: () => number, smallBytes: number = SMALL_BYTES): Store {
  const recordOf = (file: WeightFile, held: Iterable<number>): FileRecord => ({
    ...{ bytes: file.bytes, chunkBytes: file.chunkBytes, chunks: file.chunks },
    held: [...held],
  });

  async function hashed(file: WeightFile, blob: File): Promise<Blob | undefined> {
    const read = async (from: number, to: number) => new Uint8Array(await blob.slice(from, to).arrayBuffer());
    const sound = await soundChunks(file, indicesOf(file), read);
    const whole = sound.size === file.chunks.length ? { modified: blob.lastModified, checkedAt: now() } : undefined;
    await journal.setFile(file.sha256, { ...recordOf(file, sound), ...(whole ? { whole } : {}) });
    return whole && blob;
  }

  return {
    lasting: true,
    hashesOf: async (sha256) => (await journal.file(sha256))?.chunks,
    async heldBytes(file) {
      const record = await journal.file(file.sha256);
      return record && isOf(file, record) ? sizeOfChunks(file, record.held) : 0;
    },
    async read(file, doubt) {
      const record = await journal.file(file.sha256);
      if (!record?.whole || !isOf(file, record)) return undefined;
      const blob = await disk.file(file.sha256);
      if (blob?.size !== file.bytes) {
        await journal.removeFile(file.sha256);
        return undefined;
      }
      const { modified, checkedAt } = record.whole;
      const aged = Math.abs(now() - checkedAt) > TRUSTED_MS;
      const unchanged = blob.lastModified === modified && !aged;
      if (doubt !== 'all' && file.bytes > smallBytes && unchanged) return blob;
      return hashed(file, blob);
    },
    async open(file) {
      const record = await journal.file(file.sha256);
      const handle = await disk.open(file.sha256).catch((cause: unknown) => {
        throw notKept(file, cause);
      });
      try {
        const claimed = record && isOf(file, record) ? record.held : indicesOf(file);
        const there = claimed.filter((index) => spanOf(file, index).to <= handle.size());
        const held = await soundChunks(file, there, (from, to) => handle.read(from, to - from));
        await journal.setFile(file.sha256, recordOf(file, held));
        return partOf(file, handle, held);
      } catch (error) {
        handle.close();
        throw error;
      }
    },
  };

  function partOf(file: WeightFile, handle: DiskFile, held: Set<number>): Part {
    let open = true;
    const close = () => {
      if (open) handle.close();
      open = false;
    };
    /** One after another: a record written late must not undo a newer one. */
    let last = Promise.resolve();
    return {
      held,
      write(index, bytes) {
        const mine = last.then(async () => {
          writeWhole(file, handle, spanOf(file, index).from, bytes);
          held.add(index);
          await journal.setFile(file.sha256, recordOf(file, held)).catch((cause: unknown) => {
            held.delete(index);
            throw notKept(file, cause);
          });
        });
        last = mine.catch(() => {});
        return mine;
      },
      async commit() {
        await last;
        if (held.size < file.chunks.length) throw new Error(`${file.path} is not whole yet.`);
        handle.truncate(file.bytes);
        handle.flush();
        close();
        const blob = await disk.file(file.sha256);
        if (blob?.size !== file.bytes) throw notKept(file, `${blob?.size ?? 0} of ${file.bytes} bytes are on the disk`);
        const whole = { modified: blob.lastModified, checkedAt: now() };
        await journal.setFile(file.sha256, { ...recordOf(file, held), whole }).catch((cause: unknown) => {
          throw notKept(file, cause);
        });
      },
      close,
    };
  }
}

function writeWhole(file: WeightFile, handle: DiskFile, at: number, bytes: Bytes): void {
  let written = 0;
  try {
    written = handle.write(bytes, at);
    if (written === bytes.length) handle.flush();
  } catch (cause) {
    throw notKept(file, cause);
  }
  if (written !== bytes.length) throw full(file);
}

function full(file: WeightFile): WeightsError {
  return new WeightsError(
    'full',
    `There is no room left for ${file.path} (${Math.ceil(file.bytes / 1e6)} MB). What arrived is kept: make room and go on, or choose a smaller model.`,
  );
}

function notKept(file: WeightFile, cause: unknown): WeightsError {
  if (cause instanceof DOMException && cause.name === 'QuotaExceededError') return full(file);
  const said = cause instanceof Error ? cause.message : String(cause);
  return new WeightsError(
    'not-kept',
    `This browser could not keep ${file.path} (${said.replace(/\.$/, '')}). Try again; what arrived is kept.`,
  );
}
