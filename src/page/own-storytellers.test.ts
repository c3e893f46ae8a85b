import { expect, test, vi } from 'vitest';
import { ManifestError } from '../errors.ts';
import type { HeldModel } from '../weights/held-models.ts';
import { createOwnStorytellers } from './own-storytellers.ts';

const named = (id: string) => ({ id, title: id.toUpperCase() });
const home = 'https://books.test/';
const lists: Record<string, string[]> = {
  [home]: ['tiny'],
  'https://huggingface.co/owner/name/resolve/main/': ['large', 'tiny'],
};

function staged(chosen = { id: '', source: '' }, host: { model?: string } = {}) {
  const element = { model: '', source: '', baseUrl: home, hasAttribute: () => true, requestUpdate() {}, ...host };
  const held = { entries: [] as HeldModel[], list: async () => {}, take: async () => {} };
  const kept = { recall: async () => chosen, keep: vi.fn(async () => {}) };
  const load = vi.fn(async (base: string) => {
    const ids = lists[base];
    if (!ids) throw new ManifestError('unreachable', `${base} cannot be read from here.`);
    return { schema: 1 as const, models: ids.map(named) } as never;
  });
  return { element, held, kept, load, own: createOwnStorytellers(element, held, kept, load) };
}

test("the page's own list is looked up once, and what is whole here is added to it", async () => {
  const { own, held, load } = staged();
  held.entries.push(
    { state: 'whole', model: named('mine') } as never,
    { state: 'partly', model: named('half') } as never,
  );
  await own.list();
  await own.list();
  expect(load).toHaveBeenCalledTimes(1);
  expect(own.models.map(({ id }) => id)).toEqual(['tiny', 'mine']);
  expect(own.chosen?.id).toBe('tiny');
});

test('a list that cannot be reached leaves what is here, and is asked for again', async () => {
  const { own, held, load } = staged();
  held.entries.push({ state: 'whole', model: named('mine') } as never);
  load.mockRejectedValueOnce(new Error('offline'));
  await expect(own.list()).rejects.toThrow('offline');
  expect(own.models.map(({ id }) => id)).toEqual(['mine']);
  await own.list();
  expect(own.models.map(({ id }) => id)).toEqual(['tiny', 'mine']);
});

test('another place is looked at, its first model chosen and remembered; nothing written is home again', async () => {
  const { own, element, kept } = staged();
  await own.lookAt(' owner/name ');
  expect([element.source, element.model, own.chosen?.id]).toEqual(['owner/name', 'large', 'large']);
  expect(own.source()).toBe('https://huggingface.co/owner/name/resolve/main/');
  expect(own.said).toBe('There: LARGE, TINY.');
  expect(kept.keep).toHaveBeenLastCalledWith({ id: 'large', source: 'owner/name' });
  await own.lookAt('');
  expect([element.source, element.model, own.source()]).toEqual(['', '', home]);
  expect(kept.keep).toHaveBeenLastCalledWith({ id: '', source: '' });
});

test.each([
  ['https://nowhere.test', /nowhere\.test\/ cannot be read/],
  ['javascript:alert(1)', /is no address of a model/],
])('%s is refused in one sentence, and what was chosen stays', async (written, words) => {
  const { own, element, kept } = staged();
  await own.list();
  await own.lookAt(written);
  expect(own.said).toMatch(words);
  expect([element.source, own.chosen?.id]).toEqual(['', 'tiny']);
  expect(kept.keep).not.toHaveBeenCalled();
});

test('an earlier choice comes back, except where a host chose', async () => {
  const chosen = { id: 'large', source: 'owner/name' };
  const free = staged(chosen);
  free.own.recall();
  await free.own.list();
  expect([free.element.model, free.own.chosen?.id]).toEqual(['large', 'large']);
  const bound = staged(chosen, { model: 'tiny' });
  bound.own.recall();
  expect(await bound.own.recalled).toEqual({ id: '', source: '' });
  expect(bound.element).toMatchObject({ model: 'tiny', source: '' });
});
