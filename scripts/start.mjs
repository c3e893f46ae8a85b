/** npm start: from a fresh clone to the page on http://localhost:4173. */
import { ensureBuild, ensureModules, root } from './ensure.mjs';

ensureModules();
ensureBuild();
const { preview } = await import('vite');
const port = Number(process.env.PORT ?? 4173);
const server = await preview({ root, logLevel: 'warn', preview: { port, strictPort: true, host: 'localhost' } });
console.log(
  `\n  Interleaf is at ${server.resolvedUrls?.local[0] ?? `http://localhost:${port}/`}\n  Press Ctrl+C to stop.\n`,
);
