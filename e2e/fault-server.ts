/** The build and one model's files, from a server that can do all that servers, networks and proxies do wrong. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import { policy as shippedPolicy } from '../policy.ts';
import { outDir, typeOf } from './servers.ts';

/** What is done to one request. Numbers are bytes of the answer's body. */
export type Fault =
  | { readonly kind: 'cut'; readonly after: number }
  | { readonly kind: 'silence'; readonly after: number }
  /** A kilobyte at a time, or so many bytes. */
  | { readonly kind: 'slow'; readonly everyMs: number; readonly bytes?: number }
  /** The whole of a shorter body, in good order. */
  | { readonly kind: 'short'; readonly bytes: number }
  | { readonly kind: 'flip'; readonly at: number }
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Record<string, string> }
  | { readonly kind: 'page' }
  /** The whole file, whatever part was asked for. */
  | { readonly kind: 'no-ranges' }
  /** Says that it is another part than was asked for. */
  | { readonly kind: 'other-range' }
  | { readonly kind: 'gzip' }
  /** Other content under the same name. */
  | { readonly kind: 'changed' };

export interface Asked {
  readonly path: string;
  readonly range: string | undefined;
  /** Bytes of body that were sent. */
  sent: number;
}

export interface FaultServer {
  readonly url: string;
  /** Requests for files of the model, in order. */
  readonly asked: Asked[];
  /** Answers instead of the build's own list of models. */
  manifest: string | undefined;
  /** Asked at every request for a file of the model, or of the shipped one; undefined: no fault. count begins with 1. */
  fault: (asked: Asked, count: number) => Fault | undefined;
  stop(): Promise<void>;
}

/**
 * The model's files lie under /model/ and, for a second mirror, under /other/. /blank is a page with nothing on it.
 * @param files by name
 * @param policy the Content-Security-Policy of everything, as of a build that was made with it
 */
export async function serveFaults(
  files: Readonly<Record<string, Buffer>>,
  policy: string = shippedPolicy,
  host = 'localhost',
): Promise<FaultServer> {
  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  const faults: FaultServer = {
    url: `http://${host}:${port}/`,
    asked: [],
    manifest: undefined,
    fault: () => undefined,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  const headers = {
    'content-security-policy': policy,
    'access-control-allow-origin': '*',
    'cache-control': 'no-store',
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = normalize(new URL(request.url ?? '/', faults.url).pathname);
    const model = /^\/(model|other)\/(.+)$/.exec(path);
    if (request.method === 'OPTIONS') {
      response.writeHead(204, { ...headers, 'access-control-allow-headers': '*' }).end();
    } else if (path === '/blank') {
      response.writeHead(200, { 'content-type': 'text/html', ...headers }).end('<!doctype html><title>blank</title>');
    } else if (model) {
      const asked: Asked = { path, range: request.headers.range, sent: 0 };
      faults.asked.push(asked);
      await give(files[model[2] as string], asked, response, faults.fault(asked, faults.asked.length));
    } else {
      const own = path === '/weights-manifest.json' && faults.manifest ? Buffer.from(faults.manifest) : undefined;
      const built = await readFile(join(outDir, path.replace(/\/$/, '/index.html'))).catch(() => undefined);
      const body =
        own ??
        (path === '/' && built ? Buffer.from(String(built).replace(inHtml(shippedPolicy), inHtml(policy))) : built);
      const asked: Asked = { path, range: request.headers.range, sent: 0 };
      const fault = path.startsWith('/weights/') ? faults.fault(asked, faults.asked.length) : undefined;
      if (fault) await give(body, asked, response, fault);
      else if (body) response.writeHead(200, { 'content-type': typeOf(path), ...headers }).end(body);
      else response.writeHead(404, headers).end();
    }
  }

  async function give(file: Buffer | undefined, asked: Asked, response: ServerResponse, fault: Fault | undefined) {
    if (!file) return void response.writeHead(404, headers).end();
    if (fault?.kind === 'status')
      return void response.writeHead(fault.status, { ...headers, ...fault.headers }).end('no');
    if (fault?.kind === 'page') {
      return void response.writeHead(200, { ...headers, 'content-type': 'text/html' }).end('<title>Log in</title>');
    }
    const range = fault?.kind === 'no-ranges' || fault?.kind === 'short' ? undefined : asked.range;
    const [, first = '0', last = `${file.length - 1}`] = /bytes=(\d+)-(\d+)/.exec(range ?? '') ?? [];
    const from = Number(first);
    const to = Number(last) + 1;
    let body = fault?.kind === 'changed' ? randomBytes(to - from) : Buffer.from(file.subarray(from, to));
    if (fault?.kind === 'flip' && fault.at >= from && fault.at < to) (body[fault.at - from] as number) ^= 1;
    if (fault?.kind === 'short') body = body.subarray(0, fault.bytes);
    const said = fault?.kind === 'other-range' ? from + 1 : from;
    response.writeHead(range ? 206 : 200, {
      ...headers,
      'content-type': 'application/octet-stream',
      'content-length': body.length,
      ...(range ? { 'content-range': `bytes ${said}-${to - 1}/${file.length}` } : {}),
      ...(fault?.kind === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
    });
    await send(body, asked, response, fault);
  }

  return faults;
}

const inHtml = (words: string) => words.replaceAll("'", '&#39;');

const PIECE = 64 * 1024;

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      response.off('drain', go).off('close', go);
      resolve();
    };
    response.on('drain', go).on('close', go);
  });
}

async function send(body: Buffer, asked: Asked, response: ServerResponse, fault: Fault | undefined): Promise<void> {
  const until = fault?.kind === 'cut' || fault?.kind === 'silence' ? Math.min(fault.after, body.length) : body.length;
  const piece = fault?.kind === 'slow' ? (fault.bytes ?? 1024) : PIECE;
  for (let at = 0; at < until; at += piece) {
    if (response.destroyed) return;
    const part = body.subarray(at, Math.min(until, at + piece));
    asked.sent += part.length;
    if (!response.write(part)) await drained(response);
    if (fault?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.everyMs));
  }
  if (fault?.kind === 'silence') return;
  // What is in the socket's buffer is sent before it is cut.
  if (fault?.kind === 'cut') setTimeout(() => response.destroy(), 20);
  else response.end();
}
