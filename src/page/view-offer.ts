/** Before anything big is fetched: what, how much, how long, whether there is room, under which licence; and what else could be. */
import { html, nothing, type TemplateResult } from 'lit';
import { bytesInWords, secondsInWords } from './amounts.ts';
import { icon } from './icons.ts';
import type { InterleafStory } from './interleaf-story.ts';
import type { Offer, OfferedVariant } from './offer.ts';

export function viewOffer(element: InterleafStory, offer: Offer): TemplateResult {
  const { model, variants, freeBytes, lasting, reasons } = offer;
  const wish = { variant: offer.variant, inMemory: false, ...element.shown.wish };
  const wanted = variants.find(({ id }) => id === wish.variant) ?? offer;
  const { missingBytes, totalBytes, roomBytes, seconds } = wanted;
  const cramped = freeBytes !== undefined && freeBytes < roomBytes && !wish.inMemory;
  return html`
    <section class="offer" role="alertdialog" aria-labelledby="offer" aria-describedby="offer-what">
      <h2 id="offer" tabindex="-1">${model.title} has to be fetched first</h2>
      <p id="offer-what">
        ${bytesInWords(missingBytes)}${missingBytes < totalBytes ? ` of ${bytesInWords(totalBytes)}; the rest is here already` : ''}.
        ${seconds ? `With this connection that takes ${secondsInWords(seconds)}.` : nothing}
        It can be paused at any time, and goes on where it was.
      </p>
      <p>
        ${freeBytes === undefined ? nothing : `This browser has room for ${bytesInWords(freeBytes)}.`}
        ${cramped ? html`<strong>That is too little: make room, choose a smaller one, or keep nothing.</strong>` : nothing}
        ${
          lasting
            ? nothing
            : html`<strong>
              Nothing can be kept here: this is a private window, or a frame on another site. It is used from memory, and
              would be fetched anew at every visit.
            </strong>`
        }
      </p>
      ${variants.length > 1 ? viewVariants(element, offer, wish.variant) : nothing}
      ${
        lasting
          ? html`
            <label class="choice">
              <input
                type="checkbox"
                .checked=${wish.inMemory}
                @change=${(event: Event) => element.fetching.wish({ inMemory: (event.target as HTMLInputElement).checked })}
              />
              <span>Keep nothing on this machine: for this visit alone, and fetched again the next time.</span>
            </label>
          `
          : nothing
      }
      <p class="caption">
        ${variants.length > 1 ? reasons[0] : reasons.join(' ')} Licence: ${model.licence}${/[.!?]$/.test(model.licence) ? '' : '.'}
      </p>
      <p class="answers">
        <button class="main" @click=${() => element.fetching.answer(wish)}>${icon('save')} Fetch ${bytesInWords(missingBytes)}</button>
        <button class="quiet" @click=${() => element.fetching.answer(false)}>Not now</button>
      </p>
    </section>
  `;
}

function viewVariants(element: InterleafStory, { variants, variant: proposed }: Offer, wanted: string): TemplateResult {
  const words = ({ id, missingBytes, reason }: OfferedVariant) => html`
    <strong>${bytesInWords(missingBytes)}</strong> (${id})${id === proposed ? ', proposed: the first that suits this device' : ''}.
    ${reason}
  `;
  return html`
    <fieldset>
      <legend>Which of its forms?</legend>
      ${variants.map(
        (each) => html`
          <label class="choice">
            <input
              type="radio"
              name="variant"
              .checked=${each.id === wanted}
              @change=${() => element.fetching.wish({ variant: each.id })}
            />
            <span>${words(each)}</span>
          </label>
        `,
      )}
    </fieldset>
  `;
}
