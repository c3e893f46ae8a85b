/**
 * One class per reaction a reader can take. `name` is a literal, because a class does not survive a worker and its
 * name does; `code` is stable and says which cause it was.
 */

/** The request cannot be told: change the prompt, the picture or the setting. */
export class InputError extends Error {
  override readonly name = 'InputError';
  constructor(
    readonly code: 'empty-prompt' | 'prompt-too-long' | 'bad-picture' | 'bad-option' | 'bad-story',
    message: string,
  ) {
    super(message);
  }
}

/** The manifest cannot be used: wrong, newer than this program, or missing. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
  constructor(
    readonly code: 'malformed' | 'newer' | 'unreachable' | 'unknown-model',
    message: string,
  ) {
    super(message);
  }
}

/**
 * A weight file did not arrive whole, or could not be kept. Try again: what did arrive is kept. 'full' and 'not-kept':
 * make room, or use the model in memory only.
 */
export class WeightsError extends Error {
  override readonly name = 'WeightsError';
  constructor(
    readonly code: 'missing' | 'cut-short' | 'corrupt' | 'unreachable' | 'blocked' | 'full' | 'not-kept' | 'in-use',
    message: string,
  ) {
    super(message);
  }
}

/** The device cannot run the model, or was lost. Another backend, or a fresh start, may help. */
export class DeviceError extends Error {
  override readonly name = 'DeviceError';
  constructor(
    readonly code: 'no-webgpu' | 'limits' | 'lost' | 'hang' | 'engine',
    message: string,
  ) {
    super(message);
  }
}

/** The reader stopped. Not a fault. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
  readonly code = 'stopped';
  constructor() {
    super('Stopped by the reader.');
  }
}

export interface PlainError {
  readonly name: string;
  readonly code: string;
  readonly message: string;
}

/** Any thrown value as plain data, so that it can cross a worker or stand in an event's detail. */
export function plainError(error: unknown): PlainError {
  if (error instanceof Error) {
    const code = 'code' in error && typeof error.code === 'string' ? error.code : 'unexpected';
    return { name: error.name, code, message: error.message };
  }
  return { name: 'Error', code: 'unexpected', message: String(error) };
}
