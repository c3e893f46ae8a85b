/** How the thread protocol travels: comlink, with errors as plain data, because a class does not survive a worker. */
import * as comlink from 'comlink';
import { type PlainError, plainError } from '../errors.ts';

const thrown = comlink.transferHandlers.get('throw') as comlink.TransferHandler<{ value: unknown }, unknown>;
comlink.transferHandlers.set('throw', {
  canHandle: thrown.canHandle,
  serialize: ({ value }: { value: unknown }) => [plainError(value), []],
  deserialize: (plain: PlainError) => {
    throw Object.assign(new Error(plain.message), { name: plain.name, code: plain.code });
  },
} as comlink.TransferHandler<{ value: unknown }, PlainError>);

export { expose, proxy, releaseProxy, transfer, wrap } from 'comlink';
