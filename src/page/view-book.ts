/** The book: title, pages to scroll or to turn, and what can be done with it. */
import { html, nothing, type TemplateResult } from 'lit';
import { bytesInWords } from './amounts.ts';
import { icon } from './icons.ts';
import type { InterleafStory } from './interleaf-story.ts';
import { onTurnKey } from './turning.ts';
import { viewStoryFetching } from './view-fetching.ts';
import { viewOnward } from './view-onward.ts';
import { viewPage } from './view-page.ts';

export function viewBook(element: InterleafStory): TemplateResult {
  const { pages, phase, stopped, turning } = element.shown;
  const told = phase === 'told';
  return html`
    <article class="book" lang="en" @keydown=${onTurnKey}>
      ${turning ? nothing : html`${viewTitle(element)}${viewFrontispiece(element)}`}
      <div class="leaves ${turning ? 'turning' : ''}">
        ${turning ? viewFront(element) : nothing} ${pages.map((page, i) => viewPage(element, page, i + 1))}
      </div>
      ${phase === 'loading' || (phase === 'telling' && pages.length === 0) ? viewWaiting(element) : nothing}
      ${told && !turning ? html`<p class="ending" aria-hidden="true">${stopped ? '· · ·' : 'The end'}</p>` : nothing}
    </article>
    ${told ? html`${viewOnward(element)}${viewToolbar(element)}` : nothing}
  `;
}

function viewTitle({ shown }: InterleafStory): TemplateResult {
  return html`
    <h1 class="title" tabindex="-1" dir="auto">${shown.title}</h1>
    ${shown.note ? html`<p class="note" role="status">${shown.note}</p>` : nothing}
  `;
}

/** The reader's own picture, which opens the story. */
function viewFrontispiece({ shown }: InterleafStory): TemplateResult | typeof nothing {
  if (!shown.opening) return nothing;
  return html`<p class="frontispiece"><img src=${shown.opening} alt="Your picture, which opens the story" /></p>`;
}

/** The cover, once there is a book to close: its title and its first picture. */
function viewFront(element: InterleafStory): TemplateResult {
  const cover = element.shown.opening ?? element.shown.pages.find((page) => page.picture?.url)?.picture?.url;
  return html`
    <section class="front" tabindex="0" aria-label="Cover">
      ${viewTitle(element)} ${cover ? html`<img src=${cover} alt="" />` : nothing}
    </section>
  `;
}

/** Where the next page will stand. One number by bytes while the storyteller is fetched. */
function viewWaiting(element: InterleafStory): TemplateResult {
  const { status, progress, fetching, phase } = element.shown;
  const short = phase === 'loading' && progress?.phase === 'download' && !fetching;
  return html`
    <div class="waiting">
      ${icon('feather')}
      ${
        short
          ? html`
            <progress max="1000" .value=${1000 * progress.fraction} aria-label=${status}></progress>
            <p>${bytesInWords(progress.loadedBytes)} of ${bytesInWords(progress.totalBytes)}</p>
          `
          : nothing
      }
      ${phase === 'loading' ? viewStoryFetching(element) : nothing}
    </div>
  `;
}

function viewToolbar(element: InterleafStory): TemplateResult {
  const { pages, redrawing, stopped, turning, limit, seed, branches } = element.shown;
  const busy = redrawing !== undefined;
  return html`
    <nav class="toolbar" part="toolbar" aria-label="This book">
      <button class="main" ?disabled=${busy} @click=${() => element.closeBook()}>${icon('feather')} Tell another</button>
      ${
        stopped && pages.length < limit
          ? html`<button ?disabled=${busy} @click=${() => element.ask(element.continueFrom(pages.length))}>
            ${icon('on')} Go on telling
          </button>`
          : nothing
      }
      <button ?disabled=${busy} @click=${() => element.ask(element.tellAgain())}>${icon('again')} Tell it again</button>
      <button @click=${() => element.turnPages(!turning)}>
        ${icon(turning ? 'scroll' : 'book')} ${turning ? 'Read by scrolling' : 'Read page by page'}
      </button>
      <button ?disabled=${busy} @click=${() => element.ask(element.save('html'))}>${icon('save')} Save as a page</button>
      ${
        pages.some((page) => page.picture?.url)
          ? html`<button ?disabled=${busy} @click=${() => element.ask(element.save('png'))}>
            ${icon('picture')} Save the pictures
          </button>`
          : nothing
      }
      <button ?disabled=${busy} @click=${() => print()}>${icon('printer')} Print</button>
      <slot name="toolbar"></slot>
    </nav>
    <p class="colophon">
      Told from the seed ${seed}${branches.map((branch) => `, and from page ${branch.from} on from ${branch.seed}`)}.
    </p>
  `;
}
