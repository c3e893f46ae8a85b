import { expect, test, vi } from 'vitest';
import type { LoadRequest } from '../workers/protocol.ts';
import { createPausing } from './pausing.ts';
import { loading } from './starting.ts';

const request = { variant: 'q4', backend: 'webgpu-jspi' } as LoadRequest;
const file = new Blob(['abc']);

function staged(faults: readonly (Error | undefined)[] = []) {
  const asked: LoadRequest[] = [];
  const pauses: string[] = [];
  const ended = vi.fn();
  let started = 0;
  const spawn = () => {
    const number = started++;
    const load = async (of: LoadRequest) => {
      asked.push(of);
      if (faults[number]) throw faults[number];
      return { backend: of.backend, device: 'GPU', shape: {}, inMemory: new Map([['unet.data', file]]) };
    };
    const pause = (paused: boolean) => void pauses.push(`${number} ${paused}`);
    return { end: ended, remote: { load, pause, close: async () => {} } as never };
  };
  return { spawn, asked, pauses, ended };
}

test('what nobody keeps is handed to the next worker, so that it is fetched once', async () => {
  const { spawn, asked } = staged();
  const shared = { pausing: createPausing(), given: new Map<string, Blob>() };
  await loading(spawn, shared, request).remote.load(() => {});
  await loading(spawn, shared, request).remote.load(() => {});
  expect(asked.map(({ given }) => [...(given?.keys() ?? [])])).toEqual([[], ['unet.data']]);
});

test('a worker that begins while fetching is held up is held up too, and one that has ended hears nothing more', () => {
  const { spawn, pauses, ended } = staged();
  const shared = { pausing: createPausing(), given: new Map<string, Blob>() };
  const first = loading(spawn, shared, request);
  shared.pausing.set(true);
  loading(spawn, shared, request);
  first.end();
  shared.pausing.set(false);
  expect(pauses).toEqual(['0 true', '1 true', '1 false']);
  expect(ended).toHaveBeenCalledTimes(1);
});

test('a device that cannot do it gives way to the other request, in a fresh worker', async () => {
  const fault = Object.assign(new Error('The GPU gave no device.'), { name: 'DeviceError' });
  const { spawn, asked, ended } = staged([fault]);
  const shared = { pausing: createPausing(), given: new Map<string, Blob>() };
  const { remote } = loading(spawn, shared, request, { ...request, backend: 'wasm' });
  expect(await remote.load(() => {})).toMatchObject({ backend: 'wasm' });
  expect(asked.map(({ backend }) => backend)).toEqual(['webgpu-jspi', 'wasm']);
  expect(ended).toHaveBeenCalledTimes(1);
});
