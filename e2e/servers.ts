/** The servers of the tests, all on this machine: the built page, and host pages of other origins. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type PreviewServer, preview } from 'vite';

/** The folder of the build that is tested. */
export const outDir = process.env.INTERLEAF_DIST ?? 'dist';

const at = (port: number) => ({ port, origin: `http://localhost:${port}` }) as const;

/** Where Playwright serves the build for the tests. */
export const build = at(4273);
/** Where a test serves the build when it wants to stop the server. */
export const stoppable = at(4274);

/** The build on a server that a test can stop: every connection is cut. */
export async function serveBuild(): Promise<{ stop(): Promise<void> }> {
  const server: PreviewServer = await preview({
    logLevel: 'warn',
    build: { outDir },
    preview: { port: stoppable.port, strictPort: true, host: 'localhost' },
  });
  return {
    async stop() {
      (server.httpServer as Server).closeAllConnections();
      await server.close();
    },
  };
}

export interface Host {
  readonly url: string;
  stop(): Promise<void>;
}

/** One plain page of another origin (127.0.0.1, not localhost), with a Content-Security-Policy of its own. */
export async function serveHost(html: string, policy: string): Promise<Host> {
  const server = createServer((request, response) => {
    if (request.url !== '/') {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy });
    response.end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
