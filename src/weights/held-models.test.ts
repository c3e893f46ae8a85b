import { expect, test } from 'vitest';
import {
  bytesOfLength,
  fakeClock,
  fakeDisk,
  fakeLocks,
  fakeRecords,
  modelOf,
  NEVER_IDLE_MS,
  server,
  weightFile,
} from './fakes.ts';
import { loadFiles, lockOf } from './files.ts';
import { createHeldModels } from './held-models.ts';
import { createJournal } from './journal.ts';
import { mirror } from './sources.ts';
import { createStore } from './store.ts';

const shared = bytesOfLength(300, 1);
const contents = { 'shared.data': shared, 'one.data': bytesOfLength(250, 2), 'two.data': bytesOfLength(250, 3) };
const files = await Promise.all(Object.entries(contents).map(([path, data]) => weightFile(data, 100, path)));
const v1 = modelOf(
  files.filter(({ path }) => path !== 'two.data'),
  '1',
);
const v2 = modelOf(
  files.filter(({ path }) => path !== 'one.data'),
  '2',
);
const pathsIn = (model: typeof v1) => model.files.map(({ path }) => path);
const shaOf = (name: string) => files.find(({ path }) => path === name)?.sha256 as string;

function browser() {
  const disk = fakeDisk();
  const journal = createJournal(fakeRecords());
  const clock = fakeClock();
  const locks = fakeLocks();
  const store = createStore(disk, journal, clock.now);
  const held = createHeldModels(disk, journal, locks, clock.now);
  const fetch = server(contents);
  const get = async (model: typeof v1, paths = pathsIn(model)) => {
    await held.want(model, ['https://1.test/'], pathsIn(model));
    const supply = { sources: [mirror('https://1.test/', fetch)], store, locks, clock, idleMs: NEVER_IDLE_MS };
    return loadFiles(model, paths, supply, () => {});
  };
  const revisions = async () => (await held.list()).map(({ model, state }) => `${model.revision} ${state}`).sort();
  return { disk, locks, held, fetch, get, revisions };
}

test('an old revision stays until the new one is there and works; then what only it had goes (R22)', async () => {
  const { held, get, disk, fetch, revisions } = browser();
  (await get(v1)).release();
  await held.worked(v1, pathsIn(v1));
  (await get(v2, ['shared.data'])).release();
  expect(await revisions()).toEqual(['1 whole', '2 partly']);
  (await get(v2)).release();
  // Held is not yet working.
  await held.worked(v2, ['shared.data']);
  expect(await revisions()).toEqual(['1 whole', '2 whole']);
  await held.worked(v2, ['two.data']);
  expect(await revisions()).toEqual(['2 whole']);
  expect((await disk.names()).sort()).toEqual([shaOf('shared.data'), shaOf('two.data')].sort());
  // What both have was fetched once.
  expect(fetch.asked.filter(({ url }) => url.endsWith('shared.data'))).toHaveLength(1);

  // And back again: the older one is then the new one.
  (await get(v1)).release();
  expect(await revisions()).toEqual(['1 whole', '2 whole']);
  await held.worked(v1, pathsIn(v1));
  expect(await revisions()).toEqual(['1 whole']);
});

test('nothing that another tab uses is removed, by an update or by hand (R23)', async () => {
  const { held, get, locks, disk, revisions } = browser();
  const used = await get(v1);
  (await get(v2)).release();
  await held.worked(v2, pathsIn(v2));
  expect(await revisions()).toEqual(['1 whole', '2 whole']);
  await expect(held.remove(v1)).rejects.toMatchObject({ name: 'WeightsError', code: 'in-use' });
  await expect(held.remove(v1)).rejects.toThrow(/tiny@1 is in use/);
  expect(await disk.names()).toContain(shaOf('one.data'));
  used.release();
  await held.remove(v1);
  expect(await revisions()).toEqual(['2 whole']);
  expect(await disk.names()).not.toContain(shaOf('one.data'));
  expect([...locks.held.values()].every((count) => count === 0)).toBe(true);
});

test('removing leaves what another model needs, and all of nothing', async () => {
  const { held, get, disk } = browser();
  (await get(v1)).release();
  const other = modelOf(
    files.filter(({ path }) => path === 'shared.data'),
    '1',
    'other',
  );
  (await get(other)).release();
  await held.remove(v1);
  expect(await disk.names()).toEqual([shaOf('shared.data')]);
  await held.remove(other);
  expect(await disk.names()).toEqual([]);
  expect(await held.list()).toEqual([]);
  await held.remove(other);
});

test('the list says how much is held, what was removed by the browser, and what goes on', async () => {
  const { held, get, disk } = browser();
  (await get(v1, ['one.data'])).release();
  expect((await held.list())[0]).toMatchObject({ heldBytes: 250, totalBytes: 550, state: 'partly' });
  (await get(v1)).release();
  expect((await held.list())[0]).toMatchObject({ heldBytes: 550, state: 'whole', mirrors: ['https://1.test/'] });
  disk.files.delete(shaOf('one.data'));
  expect((await held.list())[0]).toMatchObject({ heldBytes: 300, totalBytes: 550, state: 'evicted' });
  (await get(v1)).release();
  expect((await held.list())[0]).toMatchObject({ state: 'whole' });
});

test('what a removal that was cut short left behind goes with the next one', async () => {
  const { held, get, disk } = browser();
  (await get(v1)).release();
  await (await disk.open('left behind')).close();
  await held.remove(v1);
  expect(await disk.names()).toEqual([]);
});

test('locks are named by content, so two models share them', () => {
  expect(new Set(files.map(lockOf)).size).toBe(files.length);
  expect(lockOf({ sha256: 'ab' })).toBe('interleaf-weights/ab');
});
