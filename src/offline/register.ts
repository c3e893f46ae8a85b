/** The page's side of the service worker. Only our own page registers one; an element on another page never does. */
import type { OfflineAnswer, OfflineRequest } from './messages.ts';

export type OfflineEvent =
  /** From now on everything works without the network. */
  | { readonly kind: 'ready' }
  /** A newer version waits. `apply` lets it in and reloads the page: call it when the reader agrees and no story runs. */
  | { readonly kind: 'update'; apply(): Promise<void> }
  /** The network is needed on the next visit too; the message says why. Nothing else is lost. */
  | { readonly kind: 'refused'; readonly message: string };

function ask(worker: ServiceWorker, request: OfflineRequest): Promise<OfflineAnswer> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = (event) => {
      port1.close();
      resolve(event.data as OfflineAnswer);
    };
    worker.postMessage(request, [port2]);
  });
}

async function apply(waiting: ServiceWorker, container: ServiceWorkerContainer): Promise<void> {
  const taken = new Promise((resolve) => container.addEventListener('controllerchange', resolve, { once: true }));
  const answer = await ask(waiting, { kind: 'update' });
  if (!answer.done) throw new Error(answer.message);
  await taken;
  location.reload();
}

function watchUpdates(
  registration: ServiceWorkerRegistration,
  container: ServiceWorkerContainer,
  onEvent: (event: OfflineEvent) => void,
): void {
  const offer = (worker: ServiceWorker) => {
    onEvent({ kind: 'update', apply: () => apply(worker, container) });
  };
  if (registration.waiting && container.controller) offer(registration.waiting);
  registration.addEventListener('updatefound', () => {
    const worker = registration.installing;
    worker?.addEventListener('statechange', () => {
      // Without a controller it is the first version, not a newer one.
      if (worker.state === 'installed' && container.controller) offer(worker);
    });
  });
}

/**
 * Registers the service worker beside the page, which keeps the program; `hold` keeps the weights. Never rejects.
 * @param url of the service worker
 */
export async function registerOffline(
  url: string | URL,
  hold: () => Promise<void>,
  onEvent: (event: OfflineEvent) => void,
): Promise<void> {
  try {
    const container = navigator.serviceWorker;
    if (!container) throw new Error('This browser offers no service worker here.');
    const registration = await container.register(url);
    watchUpdates(registration, container, onEvent);
    await container.ready;
    await hold();
    onEvent({ kind: 'ready' });
  } catch (error) {
    onEvent({ kind: 'refused', message: error instanceof Error ? error.message : String(error) });
  }
}
