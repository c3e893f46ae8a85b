/** The only door to the origin private file system: plain files, by name, in one folder. */
import type { Bytes } from './verified.ts';

/** One file open for writing; nobody else can open it until it is closed. Positions and lengths in bytes. */
export interface DiskFile {
  size(): number;
  /** Fewer bytes than were asked for where the file ends. */
  read(at: number, length: number): Bytes;
  /**
   * How many bytes were written. A full disk may throw, or answer with another number than was given: Chromium's private
   * windows return 4294967288 and say nothing.
   */
  write(bytes: Bytes, at: number): number;
  truncate(bytes: number): void;
  /** What was written is on the disk afterwards. */
  flush(): void;
  close(): void;
}

export interface Disk {
  open(name: string): Promise<DiskFile>;
  /** A snapshot that reads from the disk when it is read. */
  file(name: string): Promise<File | undefined>;
  remove(name: string): Promise<void>;
  names(): Promise<string[]>;
}

const FOLDER = 'interleaf-weights';
/** A handle of a worker that was just ended is given back within some milliseconds. */
const OPEN_TRIES = 20;
const OPEN_WAIT_MS = 100;

function isCalled(error: unknown, name: string): boolean {
  return error instanceof DOMException && error.name === name;
}

async function openHandle(file: FileSystemFileHandle): Promise<FileSystemSyncAccessHandle> {
  for (let tries = 1; ; tries++) {
    try {
      return await file.createSyncAccessHandle();
    } catch (error) {
      if (tries === OPEN_TRIES || !isCalled(error, 'NoModificationAllowedError')) throw error;
      await new Promise((resolve) => setTimeout(resolve, OPEN_WAIT_MS));
    }
  }
}

/** Writing works in a dedicated worker alone. Rejects where the browser refuses storage. */
export async function openDisk(storage: StorageManager): Promise<Disk> {
  // Asked for each time: the browser, or the reader, may have removed the folder since.
  const folder = async () => (await storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });
  await folder();
  return {
    async open(name) {
      const handle = await openHandle(await (await folder()).getFileHandle(name, { create: true }));
      return {
        size: () => handle.getSize(),
        read(at, length) {
          const bytes = new Uint8Array(length);
          return bytes.subarray(0, handle.read(bytes, { at }));
        },
        write: (bytes, at) => handle.write(bytes, { at }),
        truncate: (bytes) => handle.truncate(bytes),
        flush: () => handle.flush(),
        close: () => handle.close(),
      };
    },
    async file(name) {
      try {
        return await (await (await folder()).getFileHandle(name)).getFile();
      } catch (error) {
        if (isCalled(error, 'NotFoundError')) return undefined;
        throw error;
      }
    },
    async remove(name) {
      await (await folder()).removeEntry(name).catch((error: unknown) => {
        if (!isCalled(error, 'NotFoundError')) throw error;
      });
    },
    async names() {
      const names: string[] = [];
      for await (const name of (await folder()).keys()) names.push(name);
      return names;
    },
  };
}
