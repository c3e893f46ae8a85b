/**
 * The Content-Security-Policy of everything that is served. The page carries it itself, too; a worker and a service
 * worker take theirs from the header of their own script.
 */
export const policyFor = (origins: readonly string[] = []): string =>
  [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self'",
    ["connect-src 'self'", ...origins].join(' '),
    "img-src 'self' blob: data:",
    "style-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

/** INTERLEAF_CONNECT: origins, with blanks between them, that models may be fetched from beside the page's own. */
export const policy = policyFor((process.env.INTERLEAF_CONNECT ?? '').split(/\s+/).filter(Boolean));

export const policyHeader = { 'Content-Security-Policy': policy } as const;
