/** Whether the browser has promised to keep what lies here, asked when the reader wants to know, and asked again. */
export interface Lasting {
  /** undefined before it was asked, and where the browser does not say. */
  readonly promised: boolean | undefined;
  /** It was asked for the promise, and gave none. */
  readonly refused: boolean;
  look(): Promise<void>;
  /** Browsers grant it to pages that are used; some ask the reader. */
  ask(): Promise<void>;
}

type Storage = Partial<Pick<StorageManager, 'persisted' | 'persist'>>;

/** @param changed hears that something above has changed */
export function createLasting(
  changed: () => void,
  storage: () => Storage | undefined = () => globalThis.navigator?.storage,
): Lasting {
  let promised: boolean | undefined;
  let refused = false;
  const hear = async (answer: Promise<boolean> | undefined) => {
    // Refused in some frames although it is there.
    promised = await answer?.catch(() => undefined);
    changed();
  };
  return {
    get promised() {
      return promised;
    },
    get refused() {
      return refused;
    },
    look: () => hear(storage()?.persisted?.()),
    async ask() {
      await hear(storage()?.persist?.());
      refused = promised === false;
      changed();
    },
  };
}
