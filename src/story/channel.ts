/** A queue between callbacks and an async generator: what is pushed comes out in order, once. */
export interface Channel<T> {
  push(item: T): void;
  /** No more items; a fault is thrown to the reader after what was pushed before it. */
  end(fault?: { readonly error: unknown }): void;
  items(): AsyncGenerator<T, void>;
}

export function createChannel<T>(): Channel<T> {
  const waiting: T[] = [];
  let ended = false;
  let fault: { readonly error: unknown } | undefined;
  let wake = (): void => {};

  return {
    push(item) {
      waiting.push(item);
      wake();
    },
    end(why) {
      ended = true;
      fault ??= why;
      wake();
    },
    async *items() {
      for (;;) {
        const next = waiting.shift();
        if (next !== undefined) {
          yield next;
        } else if (ended) {
          if (fault) throw fault.error;
          return;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    },
  };
}
