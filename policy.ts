/**
 * The Content-Security-Policy of everything that is served. The page carries it itself, too; a worker and a service
 * worker take theirs from the header of their own script.
 */
export const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "img-src 'self' blob: data:",
  "style-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

export const policyHeader = { 'Content-Security-Policy': policy } as const;
