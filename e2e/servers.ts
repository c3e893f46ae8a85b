/** The servers of the tests, all on this machine: the built page, and host pages of other origins. */
import { readFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { policyHeader } from '../policy.ts';

/** The folder of the build that is tested. */
export const outDir = process.env.INTERLEAF_DIST ?? 'dist';

const port = 4273;
/** Where Playwright serves the build for the tests. */
export const build = { port, origin: `http://localhost:${port}` } as const;

async function listen(listener: RequestListener, host: string): Promise<{ port: number; stop(): Promise<void> }> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

export const typeOf = (path: string): string =>
  TYPES[extname(path.replace(/\/$/, '/index.html'))] ?? 'application/octet-stream';

export interface StoppableBuild {
  readonly url: string;
  /** Paths whose answer is another than the file's: a newer version of the app. */
  readonly newer: Map<string, Buffer>;
  /** Paths that were asked for. */
  readonly asked: string[];
  stop(): Promise<void>;
}

/** The build on a plain file server that a test can stop: every connection is cut. */
export async function serveBuild(): Promise<StoppableBuild> {
  const newer = new Map<string, Buffer>();
  const asked: string[] = [];
  const { port, stop } = await listen(async (request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname).replace(/\/$/, '/index.html');
    asked.push(path);
    const body = newer.get(path) ?? (await readFile(join(outDir, path)).catch(() => undefined));
    if (!body) response.writeHead(404).end();
    else {
      response.writeHead(200, { 'content-type': typeOf(path), ...policyHeader }).end(body);
    }
  }, 'localhost');
  return { url: `http://localhost:${port}/`, newer, asked, stop };
}

export interface Host {
  readonly url: string;
  stop(): Promise<void>;
}

/** One plain page of another origin (127.0.0.1, not localhost), with a Content-Security-Policy of its own. */
export async function serveHost(html: string, policy: string): Promise<Host> {
  const { port, stop } = await listen((request, response) => {
    if (request.url !== '/') {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy });
    response.end(html);
  }, '127.0.0.1');
  return { url: `http://127.0.0.1:${port}/`, stop };
}
