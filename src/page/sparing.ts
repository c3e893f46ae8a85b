/** Memory that ran out: once, the page it happened on is told again by a storyteller whose parts take turns. */
import { type PlainError, plainError } from '../errors.ts';
import { ranOut } from '../models/residency.ts';
import type { StoryEvent } from '../story/events.ts';
import type { Teller } from './teller.ts';

export const SPARED =
  'There was too little memory for all of the storyteller at once: from here on its parts take turns.';

/** Memory ran out while a page was painted, and less will do. */
class Spent extends Error {
  constructor(
    readonly page: number,
    { message }: PlainError,
  ) {
    super(message);
  }
}

type Sparing = Pick<Teller, 'canSpare' | 'smaller'> | undefined;

export interface OwnSparing {
  /** What is loaded from here on is to take little memory. */
  readonly thrifty: boolean;
  /** Throws where a picture failed for want of memory, and less will do. */
  check(event: StoryEvent, teller: Sparing): void;
  /** The page to tell again, thriftily from then on; undefined where that would not help, or was tried. */
  spare(error: unknown, teller: Sparing, pagesOver: number): number | undefined;
  /** Id of a variant that may help instead. */
  smallerFor(error: PlainError, teller: Sparing): string | undefined;
}

export function createOwnSparing(): OwnSparing {
  let thrifty = false;
  const can = (error: unknown, teller: Sparing) => !thrifty && teller?.canSpare === true && ranOut(plainError(error));
  return {
    get thrifty() {
      return thrifty;
    },
    check(event, teller) {
      if (event.kind !== 'picture-failed') return;
      const error = Object.assign(new Error(event.error.message), event.error);
      if (can(error, teller)) throw new Spent(event.page, event.error);
    },
    spare(error, teller, pagesOver) {
      const page = error instanceof Spent ? error.page : can(error, teller) ? pagesOver + 1 : undefined;
      if (page !== undefined) thrifty = true;
      return page;
    },
    smallerFor: (error, teller) => (ranOut(error) ? teller?.smaller?.id : undefined),
  };
}
