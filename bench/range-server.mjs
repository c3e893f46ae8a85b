/** Folders on this machine, with ranges, isolated as measuring memory needs it; it can cut what it sends. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};
const HEADERS = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'accept-ranges': 'bytes',
};

/**
 * @param {Record<string, string>} folders by the first part of the path; '' for every other path
 * @returns a server; `sentBytes` counts what lies under `counted`, and `cutAfter(path)` may say after how many bytes of a
 *   body its connection is cut
 */
export async function serveFolders(folders, counted) {
  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()));
  await new Promise((resolve) => server.listen(0, 'localhost', resolve));
  const served = {
    url: `http://localhost:${server.address().port}/`,
    sentBytes: 0,
    cutAfter: () => undefined,
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };

  async function answer({ url, headers }, response) {
    const path = normalize(decodeURIComponent(new URL(url, served.url).pathname));
    if (path === '/blank') {
      response.writeHead(200, { ...HEADERS, 'content-type': 'text/html' }).end('<!doctype html><title>bench</title>');
      return;
    }
    const [, first] = path.split('/');
    const file = first in folders ? join(folders[first], path.slice(first.length + 1)) : join(folders[''], path);
    const size = await stat(file).then(
      (found) => (found.isFile() ? found.size : undefined),
      () => undefined,
    );
    if (size === undefined) {
      response.writeHead(404, HEADERS).end();
      return;
    }
    const [, from = '0', to = `${size - 1}`] = /bytes=(\d+)-(\d+)/.exec(headers.range ?? '') ?? [];
    const [start, end] = [Number(from), Number(to)];
    response.writeHead(headers.range ? 206 : 200, {
      ...HEADERS,
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-length': size === 0 ? 0 : end - start + 1,
      ...(headers.range ? { 'content-range': `bytes ${start}-${end}/${size}` } : {}),
    });
    if (size === 0) {
      response.end();
      return;
    }
    const cutAfter = first === counted ? served.cutAfter(path, end - start + 1) : undefined;
    let sent = 0;
    for await (const piece of createReadStream(file, { start, end })) {
      const rest = cutAfter === undefined ? piece : piece.subarray(0, Math.max(0, cutAfter - sent));
      sent += rest.length;
      if (first === counted) served.sentBytes += rest.length;
      if (response.destroyed) return;
      if (!response.write(rest)) await drained(response);
      if (rest.length < piece.length) {
        // What lies in the socket is sent before it is cut.
        setTimeout(() => response.destroy(), 20);
        return;
      }
    }
    response.end();
  }

  return served;
}

function drained(response) {
  return new Promise((resolve) => {
    const go = () => {
      response.off('drain', go).off('close', go);
      resolve();
    };
    response.on('drain', go).on('close', go);
  });
}
