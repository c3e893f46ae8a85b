/** The teller as the page uses it: made when it is first needed, and made anew when other options are chosen or it broke. */
import type { PlainError } from '../errors.ts';
import { createTeller, type Hears, type Progress, type Teller, type TellerOptions } from './teller.ts';

export interface OwnTeller {
  /** undefined while there is none. */
  readonly current: Teller | undefined;
  /** The one of these options; any other is ended first. */
  ready(
    options: TellerOptions,
    onProgress: (progress: Progress) => void,
    signal: AbortSignal,
    hears?: Hears,
  ): Promise<Teller>;
  /** Hears of a fault. After some of them a worker answers nothing any more. */
  hear(error: PlainError): void;
  /** Between two stories: ends what broke, so that the next one starts fresh workers. */
  rest(): void;
  end(): void;
}

export function createOwnTeller(create: typeof createTeller = createTeller): OwnTeller {
  let current: Teller | undefined;
  let made = '';
  let broken = false;
  const end = () => {
    current?.end();
    current = undefined;
    broken = false;
  };
  return {
    get current() {
      return current;
    },
    async ready(options, onProgress, signal, hears) {
      const asked = JSON.stringify(options);
      if (broken || asked !== made) end();
      current ??= await create(options, onProgress, signal, hears);
      made = asked;
      return current;
    },
    hear({ name, code }) {
      broken ||= name === 'DeviceError' || code === 'unexpected';
    },
    rest() {
      if (broken) end();
    },
    end,
  };
}
