/** What a story needs fetched, as its reader meets it: asked before, held up, gone on with, given up, and what is kept then. */
import { bytesInWords } from './amounts.ts';
import type { Agreed, Offer } from './offer.ts';
import type { OwnHeld } from './own-held.ts';
import { createPausing, type Pausing } from './pausing.ts';
import type { Action } from './state.ts';

export interface OwnFetching {
  /** Holds up what workers fetch. */
  readonly pausing: Pausing;
  /** Shows what would be fetched, and waits for the answer. A stop is a no. */
  ask(offer: Offer, signal: AbortSignal): Promise<boolean | Agreed>;
  /** Answers the offer that is shown. */
  answer(answer: boolean | Agreed): void;
  /** What the reader wants otherwise than is proposed. */
  wish(wish: Agreed): void;
  pause(paused: boolean): void;
  /** Ends what is fetched, and the story that waits for it. What had arrived is kept. */
  cancel(): Promise<void>;
  /** Says how much of what was being fetched is kept, and where it can be removed. */
  sayKept(): Promise<void>;
}

/** The element, as far as it is asked here. */
export interface Host {
  notice: string;
  readonly held: Pick<OwnHeld, 'entries' | 'list'>;
  hasAttribute(name: 'shelf'): boolean;
  /** Changes what is shown. */
  act(action: Action): void;
  /** Ends the workers, once the story that is told has stopped. */
  endTeller(): Promise<void>;
}

export function createOwnFetching(host: Host): OwnFetching {
  const pausing = createPausing();
  let resolve: (answer: boolean | Agreed) => void = () => {};
  const own: OwnFetching = {
    pausing,
    async ask(offer, signal) {
      const answer = new Promise<boolean | Agreed>((done) => {
        resolve = done;
        signal.addEventListener('abort', () => done(false));
      });
      host.act({ kind: 'offer', offer });
      try {
        return await answer;
      } finally {
        host.act({ kind: 'offer', offer: undefined });
      }
    },
    answer: (answer) => resolve(answer),
    wish: (wish) => host.act({ kind: 'wish', wish }),
    pause(paused) {
      pausing.set(paused);
      host.act({ kind: 'pause', paused });
    },
    async cancel() {
      await host.endTeller();
      host.act({ kind: 'arriving', part: undefined });
      own.pause(false);
      await own.sayKept();
    },
    async sayKept() {
      await host.held.list();
      const part = host.held.entries.find(({ state, heldBytes }) => state === 'partly' && heldBytes > 0);
      if (!part) return;
      const { model, heldBytes, totalBytes } = part;
      const where = host.hasAttribute('shelf') ? ' It can be removed in the settings, under “On this machine”.' : '';
      const amount = `${bytesInWords(heldBytes)} of ${bytesInWords(totalBytes)}`;
      host.notice = `${amount} of ${model.title} are kept here, and fetching goes on from there.${where}`;
    },
  };
  return own;
}
