/** For tests: a disk that can fill up, lie and crash, records, locks and a clock, and files to keep on them. */
import type { Disk } from './disk.ts';
import type { Records } from './journal.ts';
import type { Locks } from './locks.ts';
import type { ModelEntry, WeightFile } from './manifest.ts';
import type { Clock } from './mirrors.ts';
import type { Fetch } from './sources.ts';
import { type Bytes, sha256 } from './verified.ts';

export function bytesOfLength(length: number, salt = 7): Bytes {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = (i * 31 + salt + (i >> 8)) % 251;
  return bytes;
}

export async function weightFile(data: Bytes, chunkBytes: number, path = 'unet.data'): Promise<WeightFile> {
  const starts = Array.from({ length: Math.ceil(data.length / chunkBytes) }, (_, i) => i * chunkBytes);
  const chunks = await Promise.all(starts.map((at) => sha256(data.slice(at, at + chunkBytes))));
  return { path, bytes: data.length, sha256: await sha256(data), chunkBytes, chunks };
}

/** A model of one variant, which needs all of these files. */
export function modelOf(files: readonly WeightFile[], revision = '1', id = 'tiny'): ModelEntry {
  const [model, ...data] = files.map(({ path }) => path);
  const variants = [{ id: 'plain', graphs: { embed: { model, data } } }];
  const entry = { id, revision, files, variants, text: { tokenizer: model }, picture: { nullConditioning: model } };
  return entry as unknown as ModelEntry;
}

export interface FakeDisk extends Disk {
  readonly files: Map<string, { bytes: Bytes; modified: number }>;
  /** What writing does from now on. Chromium's two answers to a full disk are 'silent' and 'throws'. */
  full: 'no' | 'silent' | 'throws';
  /** Opening fails, once. */
  failsToOpen: boolean;
  /** What was open is open no more, as when a tab crashes; what was not flushed becomes zeros. */
  crash(): void;
}

export function fakeDisk(now: () => number = () => 1): FakeDisk {
  let open = new Set<string>();
  let unflushed: { name: string; at: number; length: number }[] = [];
  const disk: FakeDisk = {
    files: new Map(),
    full: 'no',
    failsToOpen: false,
    crash() {
      for (const { name, at, length } of unflushed) disk.files.get(name)?.bytes.fill(0, at, at + length);
      open = new Set();
      unflushed = [];
    },
    async open(name) {
      if (disk.failsToOpen) {
        disk.failsToOpen = false;
        throw new DOMException('no', 'NotReadableError');
      }
      if (open.has(name)) throw new DOMException('already open', 'NoModificationAllowedError');
      const mine = open.add(name);
      const file = disk.files.get(name) ?? { bytes: new Uint8Array(0), modified: now() };
      disk.files.set(name, file);
      const resize = (length: number) => {
        const grown = new Uint8Array(length);
        grown.set(file.bytes.subarray(0, length));
        file.bytes = grown;
        file.modified = now();
      };
      return {
        size: () => file.bytes.length,
        read: (at, length) => file.bytes.slice(at, at + length),
        write(bytes, at) {
          if (mine !== open) throw new DOMException('The tab is gone.', 'InvalidStateError');
          if (disk.full === 'throws') throw new DOMException('full', 'QuotaExceededError');
          if (disk.full === 'silent') return 4294967288;
          if (at + bytes.length > file.bytes.length) resize(at + bytes.length);
          file.modified = now();
          file.bytes.set(bytes, at);
          unflushed.push({ name, at, length: bytes.length });
          return bytes.length;
        },
        truncate: resize,
        flush() {
          unflushed = unflushed.filter((each) => each.name !== name);
        },
        close: () => mine.delete(name),
      };
    },
    async file(name) {
      const file = disk.files.get(name);
      return file && new File([file.bytes.slice()], name, { lastModified: file.modified });
    },
    async remove(name) {
      if (open.has(name)) throw new DOMException('open', 'NoModificationAllowedError');
      disk.files.delete(name);
    },
    names: async () => [...disk.files.keys()],
  };
  return disk;
}

export function fakeRecords(): Records & { readonly all: Map<string, unknown> } {
  const all = new Map<string, unknown>();
  return {
    all,
    get: async <T>(key: string) => all.get(key) as T | undefined,
    set: async (key, value) => void all.set(key, structuredClone(value)),
    change: async (key, change) => void all.set(key, structuredClone(change(all.get(key) as never))),
    remove: async (key) => void all.delete(key),
    keys: async () => [...all.keys()],
  };
}

/** In order of asking, as the browser's. */
export function fakeLocks(): Locks & { readonly held: Map<string, number> } {
  /** By name: −1 for one that has it alone, else how many share it. */
  const held = new Map<string, number>();
  const waiting: { name: string; alone: boolean; start: () => void }[] = [];
  const isFree = (name: string, alone: boolean) => {
    const count = held.get(name) ?? 0;
    return alone ? count === 0 : count >= 0;
  };
  const pump = () => {
    const blocked = new Set<string>();
    for (const each of [...waiting]) {
      if (blocked.has(each.name) || !isFree(each.name, each.alone)) blocked.add(each.name);
      else {
        waiting.splice(waiting.indexOf(each), 1);
        held.set(each.name, each.alone ? -1 : (held.get(each.name) ?? 0) + 1);
        each.start();
      }
    }
  };
  const free = (name: string) => {
    const count = held.get(name) ?? 0;
    held.set(name, count < 0 ? 0 : count - 1);
    pump();
  };
  const take = (name: string, alone: boolean, signal?: AbortSignal) =>
    new Promise<() => void>((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const entry = { name, alone, start: () => resolve(() => free(name)) };
      waiting.push(entry);
      signal?.addEventListener('abort', () => {
        if (!waiting.includes(entry)) return;
        waiting.splice(waiting.indexOf(entry), 1);
        reject(signal.reason);
      });
      pump();
    });
  const during = async <T>(name: string, work: () => Promise<T>, signal?: AbortSignal) => {
    const release = await take(name, true, signal);
    try {
      return await work();
    } finally {
      release();
    }
  };
  return {
    held,
    alone: (name, signal, work) => during(name, work, signal),
    aloneIfFree: async (name, work) => (isFree(name, true) ? during(name, work) : 'in use'),
    share: (name, signal) => take(name, false, signal),
  };
}

/** No silence is ever so long. */
export const NEVER_IDLE_MS = 1e9;

/** Sleep takes no time, and time passes by it. */
export function fakeClock(): Clock & { readonly slept: number[]; time: number } {
  const clock = {
    time: 1_000_000,
    slept: [] as number[],
    now: () => clock.time,
    random: () => 1,
    async sleep(ms: number, signal: AbortSignal) {
      if (ms > NEVER_IDLE_MS / 2) return stopped(signal);
      // Everything that can happen at once happens first.
      await new Promise((resolve) => setImmediate(resolve));
      if (signal.aborted) throw signal.reason;
      clock.slept.push(ms);
      clock.time += ms;
    },
  };
  return clock;
}

async function stopped(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
  throw signal.reason;
}

/** Whoever sleeps is woken by the signal alone. */
export function stoppedClock(): Clock {
  return { now: () => 1_000_000, random: () => 1, sleep: (_, signal) => stopped(signal) };
}

export interface Asked {
  readonly url: string;
  readonly range: string | undefined;
  readonly cache: RequestCache | undefined;
}

/** A server of files by the last part of their address, with ranges; `answer` may give another answer. */
export function server(
  files: Readonly<Record<string, Bytes>>,
  answer: (asked: Asked, bytes: Bytes, count: number) => Response | Promise<Response> | undefined = () => undefined,
): Fetch & { readonly asked: Asked[] } {
  const asked: Asked[] = [];
  const fetch: Fetch = async (url, init) => {
    const range = (init?.headers as Record<string, string> | undefined)?.['Range'];
    const one = { url, range, cache: init?.cache };
    asked.push(one);
    init?.signal?.throwIfAborted();
    const bytes = files[url.split('/').at(-1) as string];
    if (!bytes) return new Response('no', { status: 404 });
    return (await answer(one, bytes, asked.length)) ?? honest(one, bytes);
  };
  return Object.assign(fetch, { asked });
}

export const spanAsked = ({ range }: Asked, { length }: Bytes) => {
  const [, from = '0', to = `${length - 1}`] = /bytes=(\d+)-(\d+)/.exec(range ?? '') ?? [];
  return { from: Number(from), to: Number(to) + 1 };
};

/** As a server of files answers. */
export function honest(asked: Asked, bytes: Bytes): Response {
  const { from, to } = spanAsked(asked, bytes);
  const headers = asked.range ? { 'content-range': `bytes ${from}-${to - 1}/${bytes.length}` } : undefined;
  return new Response(bytes.slice(from, to), { status: asked.range ? 206 : 200, ...(headers ? { headers } : {}) });
}

/** The honest answer, cut after so many bytes: as an error, or as if that were the end. */
export function cutAfter(asked: Asked, bytes: Bytes, count: number, how: 'error' | 'end' = 'error'): Response {
  const { from, to } = spanAsked(asked, bytes);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      if (count > 0) controller.enqueue(bytes.slice(from, Math.min(to, from + count)));
      if (how === 'end') controller.close();
    },
    pull(controller) {
      controller.error(new TypeError('network error'));
    },
  });
  const { status, headers } = honest(asked, bytes);
  return new Response(body, { status, headers });
}
