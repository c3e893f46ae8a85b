/** Our own page: the element, and the service worker that keeps it for a visit without network. */
import './interleaf.ts';
import { registerOffline } from './offline/register.ts';

if (import.meta.env.PROD) {
  void registerOffline(new URL('service-worker.js', document.baseURI), (event) => {
    document.documentElement.dataset.offline = event.kind;
    const element = document.querySelector('interleaf-story');
    if (!element) return;
    if (event.kind === 'update') element.newer = () => event.apply();
    if (event.kind === 'refused') element.notice = 'The network is needed on your next visit, too.';
  });
}
