/** Our own page: the element, and what makes it work on a visit without network. */
import './interleaf.ts';
import { registerOffline } from './offline/register.ts';
import { loadModel } from './page/listed.ts';
import { holdModel } from './page/own-weights.ts';

const home = new URL('.', document.baseURI).href;

/** The model that comes with the page. */
const holdOwnModel = async () => holdModel(await loadModel(home, ''), home);

if (import.meta.env.PROD) {
  void registerOffline(new URL('service-worker.js', document.baseURI), holdOwnModel, (event) => {
    document.documentElement.dataset.offline = event.kind;
    const element = document.querySelector('interleaf-story');
    if (!element) return;
    if (event.kind === 'update') element.newer = () => event.apply();
    if (event.kind === 'refused') element.notice = 'The network is needed on your next visit, too.';
  });
}
