/**
 * After one visit everything works with the network cut. The page, its workers and ONNX Runtime are precached as one
 * version; the weights are none of its business (src/weights/). A new version waits until it is let in, so it never
 * changes the files under a running story.
 */
import { clientsClaim } from 'workbox-core';
import { cleanupOutdatedCaches, type PrecacheEntry, precacheAndRoute } from 'workbox-precaching';
import { isNeeded } from './engines.ts';
import type { OfflineAnswer, OfflineRequest } from './messages.ts';

declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: readonly PrecacheEntry[] };

const engines = { webgpu: 'gpu' in navigator, jspi: 'Suspending' in WebAssembly };

precacheAndRoute(
  self.__WB_MANIFEST.filter((entry) => isNeeded(typeof entry === 'string' ? entry : entry.url, engines)),
  // A link to the page may carry a prompt.
  { ignoreURLParametersMatching: [/.*/], cleanURLs: false },
);
cleanupOutdatedCaches();
clientsClaim();

// Where an earlier version kept the weights.
self.addEventListener('activate', (event) => event.waitUntil(caches.delete('interleaf-weights')));

async function update(): Promise<void> {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (windows.length > 1) throw new Error('Interleaf is open in another window. Close it, then update.');
  await self.skipWaiting();
}

self.addEventListener('message', (event) => {
  const { kind } = event.data as OfflineRequest;
  if (kind !== 'update') return;
  const answered = update().then(
    (): OfflineAnswer => ({ done: true }),
    (error: unknown): OfflineAnswer => ({
      done: false,
      message: error instanceof Error ? error.message : String(error),
    }),
  );
  event.waitUntil(answered.then((answer) => event.ports[0]?.postMessage(answer)));
});
