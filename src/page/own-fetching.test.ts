import { expect, test } from 'vitest';
import type { HeldModel } from '../weights/held-models.ts';
import { createOwnFetching } from './own-fetching.ts';
import { type Action, reduce, START, type State } from './state.ts';

const offer = { model: { title: 'Large' }, variant: 'q4' } as never;

function staged(entries: readonly Partial<HeldModel>[] = [], shelf = true) {
  const log: string[] = [];
  const host = {
    notice: '',
    shown: START as State,
    held: { entries: entries as readonly HeldModel[], list: async () => void log.push('list') },
    hasAttribute: () => shelf,
    act(action: Action) {
      log.push(action.kind);
      host.shown = reduce(host.shown, action);
    },
    endTeller: async () => void log.push('end'),
  };
  return { host, log, own: createOwnFetching(host) };
}

test('an offer is shown until it is answered, with what is wanted otherwise; a stop is a no', async () => {
  const { host, own } = staged();
  const answer = own.ask(offer, new AbortController().signal);
  own.wish({ variant: 'q2' });
  own.wish({ inMemory: true });
  expect(host.shown).toMatchObject({ offer, wish: { variant: 'q2', inMemory: true } });
  own.answer({ variant: 'q2', inMemory: true });
  expect(await answer).toEqual({ variant: 'q2', inMemory: true });
  expect(host.shown).toEqual(START);
  const stop = new AbortController();
  const none = own.ask(offer, stop.signal);
  stop.abort();
  expect(await none).toBe(false);
});

const part = { model: { title: 'Large' }, state: 'partly', heldBytes: 2.1e9, totalBytes: 6.7e9 } as never;

test('given up, the workers end first, nothing stays held up, and what is kept is said', async () => {
  const { host, own, log } = staged([part]);
  own.pause(true);
  expect([own.pausing.paused, host.shown.paused]).toEqual([true, true]);
  await own.cancel();
  expect(log).toEqual(['pause', 'end', 'arriving', 'pause', 'list']);
  expect(own.pausing.paused).toBe(false);
  expect(host.notice).toMatch(
    /^2\.1 GB of 6\.7 GB of Large are kept here.*in the settings, under “On this machine”\.$/,
  );
});

test('on another page no place is named that is not there, and of nothing kept nothing is said', async () => {
  const embedded = staged([part], false);
  await embedded.own.sayKept();
  expect(embedded.host.notice).not.toContain('settings');
  const empty = staged([{ state: 'partly', heldBytes: 0 } as never, { state: 'whole', heldBytes: 5 } as never]);
  await empty.own.sayKept();
  expect(empty.host.notice).toBe('');
});
