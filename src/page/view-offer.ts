/** Before anything big is fetched: what, how much, how long, whether there is room, and under which licence. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from './icons.ts';
import type { InterleafStory } from './interleaf-story.ts';
import { bytesInWords, type Offer, secondsInWords } from './offer.ts';

export function viewOffer(element: InterleafStory, offer: Offer): TemplateResult {
  const { model, missingBytes, totalBytes, roomBytes, freeBytes, seconds, lasting, reasons } = offer;
  const cramped = freeBytes !== undefined && freeBytes < roomBytes;
  return html`
    <section class="offer" role="alertdialog" aria-labelledby="offer" aria-describedby="offer-what">
      <h2 id="offer" tabindex="-1">${model.title} has to be fetched first</h2>
      <p id="offer-what">
        ${bytesInWords(missingBytes)}${missingBytes < totalBytes ? ` of ${bytesInWords(totalBytes)}; the rest is here already` : ''}.
        ${seconds ? `With this connection that takes ${secondsInWords(seconds)}.` : nothing}
        It can be stopped at any time, and goes on where it stopped.
      </p>
      <p>
        ${freeBytes === undefined ? nothing : `This browser has room for ${bytesInWords(freeBytes)}.`}
        ${cramped ? html`<strong>That is too little: make room, or choose a smaller model.</strong>` : nothing}
        ${lasting ? nothing : html`<strong>Nothing can be kept here, so it would be fetched anew at every visit.</strong>`}
      </p>
      <p class="caption">${reasons.join(' ')} Licence: ${model.licence}.</p>
      <p class="answers">
        <button class="main" @click=${() => element.answer(true)}>${icon('save')} Fetch ${bytesInWords(missingBytes)}</button>
        <button class="quiet" @click=${() => element.answer(false)}>Not now</button>
      </p>
    </section>
  `;
}
