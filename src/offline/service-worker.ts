/**
 * After one visit everything works with the network cut. The page, its workers and ONNX Runtime are precached as one
 * version; the weights are kept by their hash. A new version waits until it is let in, so it never changes the files
 * under a running story.
 */
import { clientsClaim } from 'workbox-core';
import { cleanupOutdatedCaches, matchPrecache, type PrecacheEntry, precacheAndRoute } from 'workbox-precaching';
import { isNeeded } from './engines.ts';
import { CACHE, createWeightKeeper } from './kept-weights.ts';
import type { OfflineAnswer, OfflineRequest } from './messages.ts';

declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: readonly PrecacheEntry[] };

const MANIFEST = 'weights-manifest.json';
const engines = { webgpu: 'gpu' in navigator, jspi: 'Suspending' in WebAssembly };
const weights = createWeightKeeper(
  () => caches.open(CACHE),
  (url) => fetch(url),
);

// Before Workbox's own listener: the first to call respondWith answers.
self.addEventListener('fetch', (event) => {
  const arriving = event.request.method === 'GET' ? weights.arriving(event.request.url) : undefined;
  if (arriving) event.respondWith(arriving.then((response) => response ?? fetch(event.request)));
});

precacheAndRoute(
  self.__WB_MANIFEST.filter((entry) => isNeeded(typeof entry === 'string' ? entry : entry.url, engines)),
  // A link to the page may carry a prompt.
  { ignoreURLParametersMatching: [/.*/], cleanURLs: false },
);
cleanupOutdatedCaches();
clientsClaim();

async function keepWeights(): Promise<void> {
  const url = new URL(MANIFEST, self.registration.scope).href;
  const manifest = (await matchPrecache(MANIFEST)) ?? (await fetch(url));
  await weights.keep(await manifest.json(), url);
}

async function update(): Promise<void> {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (windows.length > 1) throw new Error('Interleaf is open in another window. Close it, then update.');
  await self.skipWaiting();
}

self.addEventListener('message', (event) => {
  const { kind } = event.data as OfflineRequest;
  const work = kind === 'keep-weights' ? keepWeights() : update();
  const answered = work.then(
    (): OfflineAnswer => ({ done: true }),
    (error: unknown): OfflineAnswer => ({
      done: false,
      message: error instanceof Error ? error.message : String(error),
    }),
  );
  event.waitUntil(answered.then((answer) => event.ports[0]?.postMessage(answer)));
});
