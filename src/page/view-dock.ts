/** The element's foot: what is happening in plain words, stop, what went wrong, and what is behind the page. */
import { html, nothing, type TemplateResult } from 'lit';
import { NAMED } from '../models/residency.ts';
import { icon } from './icons.ts';
import type { InterleafStory } from './interleaf-story.ts';
import { turn } from './turning.ts';
import { viewStoryFetching } from './view-fetching.ts';
import { viewOffer } from './view-offer.ts';
import { viewPanel } from './view-panel.ts';

export function viewDock(element: InterleafStory): TemplateResult | typeof nothing {
  const { phase, error, redrawing, turning, offer } = element.shown;
  const busy = phase === 'loading' || phase === 'telling' || redrawing !== undefined;
  const notice = html`
    ${element.notice ? html`<p class="notice" role="status">${element.notice}</p>` : nothing}
    ${element.newer && !busy ? viewNewer(element) : nothing}
  `;
  if (phase === 'idle' && !offer)
    return element.notice || element.newer ? html`<footer class="dock">${notice}</footer>` : nothing;
  return html`
    <footer class="dock ${busy ? 'busy' : ''}">
      ${offer ? viewOffer(element, offer) : nothing} ${error ? viewTrouble(element) : nothing} ${notice} ${element.panel ? viewPanel(element) : nothing}
      ${phase === 'loading' ? nothing : viewStoryFetching(element)}
      <div class="status" part="status">
        ${turning ? viewTurner() : html`<p class="doing">${busy ? doing(element) : ''}</p>`}
        ${busy ? html`<button class="stop" @click=${() => element.stop()}>${icon('stop')} Stop</button>` : nothing}
        <button
          class="quiet"
          aria-expanded=${element.panel}
          aria-controls="behind"
          @click=${() => {
            element.panel = !element.panel;
          }}
        >
          ${icon('eye')} <span class="label">Behind the page</span>
        </button>
      </div>
    </footer>
  `;
}

/** Only between stories: it would end the one that is told. */
function viewNewer(element: InterleafStory): TemplateResult {
  return html`
    <p class="notice" role="status">
      A newer version is ready.
      <button class="quiet" @click=${() => element.ask(element.takeNewer())}>${icon('again')} Use it now</button>
    </p>
  `;
}

function doing({ shown }: InterleafStory): string {
  const { status, progress, arriving, paused, fetching } = shown;
  const comes = progress?.phase === 'download';
  if (arriving) {
    return `${status}, while ${NAMED[arriving]} ${arriving === 'vision' ? 'are' : 'is'} ${comes ? 'fetched' : 'loaded'}…`;
  }
  if (paused && fetching) return 'Waiting for you to go on.';
  return comes ? `${status}, ${Math.round(progress.fraction * 100)} %…` : `${status}…`;
}

function viewTurner(): TemplateResult {
  return html`
    <nav class="turner" aria-label="Turn the pages">
      <button class="quiet" @click=${(event: Event) => turn(event, -1)}>${icon('back')} Back</button>
      <button class="quiet" @click=${(event: Event) => turn(event, 1)}>Next ${icon('on')}</button>
    </nav>
  `;
}

/** What happened, and the next step as a button. */
export function viewTrouble(element: InterleafStory): TemplateResult {
  const { error, phase, pages, limit, stopped, smaller } = element.shown;
  const canTry = error?.name !== 'InputError';
  return html`
    <div class="trouble" role="alert">
      <p>${error?.message}</p>
      <div class="actions">
        ${
          canTry && phase === 'idle'
            ? html`<button type="button" @click=${() => element.ask(element.tryAgain())}>${icon('again')} Try again</button>`
            : nothing
        }
        ${
          canTry && phase === 'told' && stopped && pages.length < limit
            ? html`<button @click=${() => element.ask(element.continueFrom(pages.length))}>${icon('on')} Go on telling</button>`
            : nothing
        }
        ${
          smaller
            ? html`<button type="button" @click=${() => element.ask(element.tellSmaller(smaller))}>
              ${icon('feather')} Tell it with less memory
            </button>`
            : nothing
        }
        <button type="button" class="quiet" @click=${() => element.dismiss()}>${icon('close')} Close</button>
      </div>
    </div>
  `;
}
