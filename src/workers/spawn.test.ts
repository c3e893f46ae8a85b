import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { spawnKeeper, spawnPainter } from './spawn.ts';
import { wrap } from './wire.ts';

/** A worker that never answers, and can fall over. */
class SilentWorker extends EventTarget {
  static started: SilentWorker[] = [];
  terminated = false;
  readonly asked: { readonly id: string; readonly argumentList?: readonly unknown[] }[] = [];
  constructor(readonly url: string) {
    super();
    SilentWorker.started.push(this);
  }
  postMessage(message: { readonly id: string }): void {
    this.asked.push(message);
  }
  terminate(): void {
    this.terminated = true;
  }
  fall(message: string): void {
    this.dispatchEvent(Object.assign(new Event('error', { cancelable: true }), { message }));
  }
}

const request = { vokens: new Float32Array(8), seed: 1, page: 1, settings: { steps: 1, guidance: 1, sampler: 'ddim' } };
const start = (url: string) => {
  const spawned = spawnPainter(url);
  return { ...spawned, worker: SilentWorker.started.at(-1) as SilentWorker };
};

beforeEach(() => {
  SilentWorker.started = [];
  vi.stubGlobal('Worker', SilentWorker);
  vi.stubGlobal('location', new URL('https://host.test/page'));
});
afterEach(() => {
  vi.unstubAllGlobals();
});

test('a worker that falls over rejects what it was asked, and all that it is asked after', async () => {
  const { remote, worker } = start('https://host.test/workers/painter.js');
  const asked = expect(remote.paint(request as never, () => {})).rejects.toMatchObject({
    name: 'DeviceError',
    code: 'engine',
    message: expect.stringContaining('The painter ended: out of memory.'),
  });
  worker.fall('out of memory');
  await asked;
  await expect(remote.close()).rejects.toMatchObject({ code: 'engine' });
});

test('a worker that is ended rejects what it was asked', async () => {
  const { remote, end, worker } = start('https://host.test/workers/painter.js');
  const asked = expect(remote.paint(request as never, () => {})).rejects.toMatchObject({ code: 'lost' });
  end();
  await asked;
  expect(worker.terminated).toBe(true);
});

test('a worker that goes on after a stop is ended when it has had its time', async () => {
  vi.useFakeTimers();
  const { remote, worker } = start('https://host.test/workers/painter.js');
  const asked = expect(remote.paint(request as never, () => {})).rejects.toMatchObject({
    name: 'DeviceError',
    code: 'hang',
    message: expect.stringContaining('The painter did not stop within 10 s'),
  });
  await vi.advanceTimersByTimeAsync(60_000);
  remote.stop();
  await vi.advanceTimersByTimeAsync(9_999);
  expect(worker.terminated).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await asked;
  expect(worker.terminated).toBe(true);
  vi.useRealTimers();
});

test('a stop with nothing to stop, or that is heeded, ends no worker', async () => {
  vi.useFakeTimers();
  const { remote, worker } = start('https://host.test/workers/painter.js');
  remote.stop();
  const asked = remote.paint(request as never, () => {});
  remote.stop();
  // What the worker answers is the message of its only call that carries arguments.
  const { id } = worker.asked.find(({ argumentList }) => argumentList?.length === 2) as { id: string };
  const answer = { id, type: 'RAW', value: undefined };
  worker.dispatchEvent(Object.assign(new Event('message'), { data: answer }));
  expect(await asked).toBeUndefined();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(worker.terminated).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test('a worker of another origin starts from a blob of this one that imports it', async () => {
  expect(start('https://host.test/workers/painter.js').worker.url).toBe('https://host.test/workers/painter.js');
  const made = vi.spyOn(URL, 'createObjectURL');
  const { worker } = start('https://books.test/workers/painter.js');
  expect(worker.url).toMatch(/^blob:/);
  expect(await (made.mock.calls[0]?.[0] as Blob).text()).toBe('import "https://books.test/workers/painter.js";');
  URL.revokeObjectURL(worker.url);
  made.mockRestore();
});

test('in a sandboxed frame a worker starts from data that imports it; where that is not allowed, that is said', async () => {
  vi.stubGlobal('origin', 'null');
  const { remote, worker } = start('https://host.test/workers/painter.js');
  const script = decodeURIComponent(worker.url.replace('data:text/javascript,', ''));
  expect(script).toBe('import "https://host.test/workers/painter.js";');
  const asked = expect(remote.paint(request as never, () => {})).rejects.toThrow(/could not be loaded.*worker-src/);
  worker.fall('');
  await asked;
});

test('what is told after the answer, because it travels on another port, is not heard', async () => {
  const { remote } = spawnKeeper('https://host.test/workers/weights.js');
  const worker = SilentWorker.started.at(-1) as SilentWorker;
  const heard: unknown[] = [];
  const asked = remote.check({ id: 'tiny', revision: 'abc' }, ({ loadedBytes }) => heard.push(loadedBytes));
  const call = worker.asked.find(({ argumentList }) => argumentList?.length === 2);
  const { value: port } = call?.argumentList?.[1] as { value: MessagePort };
  const tell = wrap<(progress: object) => void>(port);
  await tell({ phase: 'verify', loadedBytes: 1, totalBytes: 2 });
  const answer = { id: call?.id, type: 'RAW', value: true };
  worker.dispatchEvent(Object.assign(new Event('message'), { data: answer }));
  expect(await asked).toBe(true);
  await tell({ phase: 'verify', loadedBytes: 2, totalBytes: 2 });
  expect(heard).toEqual([1]);
});
