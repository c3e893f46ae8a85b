/** Drawn icons (Lucide) and the vignettes of the example prompts. All of them decorate: words stand beside them. */

import { html, type TemplateResult } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import book from 'lucide-static/icons/book-open.svg?raw';
import back from 'lucide-static/icons/chevron-left.svg?raw';
import on from 'lucide-static/icons/chevron-right.svg?raw';
import dice from 'lucide-static/icons/dices.svg?raw';
import save from 'lucide-static/icons/download.svg?raw';
import eye from 'lucide-static/icons/eye.svg?raw';
import feather from 'lucide-static/icons/feather.svg?raw';
import picture from 'lucide-static/icons/image-plus.svg?raw';
import brush from 'lucide-static/icons/paintbrush.svg?raw';
import pause from 'lucide-static/icons/pause.svg?raw';
import go from 'lucide-static/icons/play.svg?raw';
import printer from 'lucide-static/icons/printer.svg?raw';
import again from 'lucide-static/icons/refresh-cw.svg?raw';
import scroll from 'lucide-static/icons/scroll-text.svg?raw';
import branch from 'lucide-static/icons/split.svg?raw';
import stop from 'lucide-static/icons/square.svg?raw';
import remove from 'lucide-static/icons/trash-2.svg?raw';
import close from 'lucide-static/icons/x.svg?raw';
import elephant from './vignettes/elephant.svg?raw';
import hedgehog from './vignettes/hedgehog.svg?raw';
import owl from './vignettes/owl.svg?raw';
import penguin from './vignettes/penguin.svg?raw';
import snail from './vignettes/snail.svg?raw';
import turtle from './vignettes/turtle.svg?raw';

const icons = {
  ...{ again, back, book, branch, brush, close, dice, eye, feather, go, on },
  ...{ pause, picture, printer, remove, save, scroll, stop },
};

export function icon(name: keyof typeof icons): TemplateResult {
  return html`<span class="icon" aria-hidden="true">${unsafeHTML(icons[name])}</span>`;
}

export const examples: readonly { readonly prompt: string; readonly drawing: TemplateResult }[] = [
  { prompt: 'a turtle with a kite on the beach', art: turtle },
  { prompt: 'an owl with a lantern at the castle', art: owl },
  { prompt: 'a penguin who finds a star in the snow', art: penguin },
  { prompt: 'an elephant with an umbrella in the rain', art: elephant },
  { prompt: 'a hedgehog and an apple in the garden', art: hedgehog },
  { prompt: 'a snail who wants a crown', art: snail },
].map(({ prompt, art }) => ({
  prompt,
  drawing: html`<span class="vignette" aria-hidden="true">${unsafeHTML(art)}</span>`,
}));
