import { expect, test } from 'vitest';
import { browser, contentOf, data, file, large, largeFile, load, MB } from './fake-browser.ts';
import { fakeClock, honest, server, spanAsked } from './fakes.ts';
import { createPause } from './pause.ts';
import type { FilesProgress } from './tally.ts';

/** An answer that stops in the middle of its chunk until it is let go of. */
function halfAnswer(asked: Parameters<typeof honest>[0], bytes: Parameters<typeof honest>[1], count: number): Response {
  const { from, to } = spanAsked(asked, bytes);
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(bytes.slice(from, Math.min(to, from + count))),
  });
  const { status, headers } = honest(asked, bytes);
  return new Response(body, { status, headers });
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

test('what is held up asks for nothing, and goes on within the chunk: no byte comes twice', async () => {
  const pause = createPause();
  const fetch = server({ 'unet.data': large }, (asked, bytes, count) =>
    count <= 4 ? halfAnswer(asked, bytes, MB) : undefined,
  );
  const told: FilesProgress[] = [];
  const mine = browser({ pause });
  const getting = load(mine, [largeFile], fetch, (progress) => told.push(progress));
  await settled();
  pause.set(true);
  await settled();
  const before = fetch.asked.length;
  expect([before, pause.paused]).toEqual([4, true]);
  pause.set(false);
  expect((await contentOf(await getting)).length).toBe(large.length);
  const asked = fetch.asked.map((each) => spanAsked(each, large));
  const sent = asked.reduce((sum, { from, to }, i) => sum + (i < before ? MB : to - from), 0);
  expect(sent).toBe(large.length);
  expect(told.map(({ loadedBytes }) => loadedBytes).at(-1)).toBe(large.length);
  // It was nobody's fault.
  expect(told.some(({ waiting }) => waiting)).toBe(false);
});

test('held up before it began it waits, and a stop ends it all the same', async () => {
  const pause = createPause();
  pause.set(true);
  const fetch = server({ 'unet.data': data });
  const stop = new AbortController();
  const getting = load(browser({ pause }), [file], fetch, () => {}, stop.signal);
  const refused = expect(getting).rejects.toMatchObject({ name: 'StoppedError' });
  await settled();
  expect(fetch.asked).toEqual([]);
  stop.abort();
  await refused;
});

test('what is waited for is told: the network, a server that has no time, another mirror', async () => {
  const waits: string[] = [];
  const hear = ({ waiting }: FilesProgress) => waiting && waits.push(`${waiting.on} ${Math.round(waiting.seconds)}`);
  const busy = server({ 'unet.data': data }, (_, _bytes, count) =>
    count === 1 ? new Response('', { status: 503, headers: { 'retry-after': '7' } }) : undefined,
  );
  await load(browser(), [file], busy, hear);
  expect(waits).toEqual(['server 7']);
  waits.length = 0;
  const cut = server({ 'unet.data': data }, () => {
    throw new TypeError('network error');
  });
  await load(browser(), [file], [cut, server({ 'unet.data': data })], hear);
  expect(waits).toEqual(['mirror 0']);
  waits.length = 0;
  let tries = 0;
  const back = server({ 'unet.data': data }, () => {
    tries += 1;
    if (tries < 3) throw new TypeError('network error');
    return undefined;
  });
  await load(browser(), [file], back, hear);
  expect(waits).toEqual(['network 1', 'network 2']);
});

test('after a machine slept the speed is that of what arrives, and the time left is no hour', async () => {
  const clock = fakeClock();
  const told: FilesProgress[] = [];
  const fetch = server({ 'unet.data': large }, (asked, bytes, count) => {
    clock.time += count === 5 ? 8 * 3600_000 : 1000;
    return honest(asked, bytes);
  });
  await load(browser({ clock }), [largeFile], fetch, (progress) => told.push(progress));
  const left = told.flatMap(({ secondsLeft }) => secondsLeft ?? []);
  expect(left.length).toBeGreaterThan(3);
  expect(Math.max(...left)).toBeLessThan(60);
});
