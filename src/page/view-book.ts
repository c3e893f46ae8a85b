/** The book: title, pages with their pictures, and what can be done with it. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from './icons.ts';
import type { InterleafStory } from './interleaf-story.ts';
import type { ShownPage, ShownPicture } from './state.ts';

export function viewBook(element: InterleafStory): TemplateResult {
  const { title, pages, phase, stopped } = element.shown;
  return html`
    <article class="book" lang="en" @keydown=${(event: KeyboardEvent) => turnPage(event)}>
      <h1 class="title">${title}</h1>
      ${pages.map((page, i) => viewPage(element, page, i + 1))}
      ${
        phase === 'loading' || phase === 'telling'
          ? nothing
          : html`<p class="ending" aria-hidden="true">${stopped ? '· · ·' : 'The end'}</p>`
      }
    </article>
    ${phase === 'told' ? viewToolbar(element) : nothing}
  `;
}

/** Arrow keys go from page to page. */
function turnPage(event: KeyboardEvent): void {
  const by = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 }[event.key];
  const target = event.target as HTMLElement;
  const page = target.closest<HTMLElement>('.page');
  if (!by || !page) return;
  const all = [...(page.parentElement?.querySelectorAll<HTMLElement>('.page') ?? [])];
  const next = all[all.indexOf(page) + by];
  if (!next) return;
  event.preventDefault();
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: 'start' });
}

function viewPage(element: InterleafStory, page: ShownPage, number: number): TemplateResult {
  const { picture, text } = page;
  const offset = picture?.offset ?? text.length;
  const writing = !page.over && element.shown.phase === 'telling';
  const before = text.slice(0, offset).trim();
  const after = text.slice(offset).trim();
  return html`
    <section
      class="page ${picture || writing ? '' : 'plain'} ${number % 2 === 0 ? 'even' : 'odd'}"
      part="page"
      tabindex="0"
      aria-label=${`Page ${number}`}
    >
      ${viewFrame(element, picture, number, writing)}
      <div class="text" part="text">
        ${before ? html`<p class=${number === 1 ? 'first' : ''}>${before}</p>` : nothing}
        ${after ? html`<p>${after}</p>` : nothing} ${writing ? html`<span class="pen" aria-hidden="true"></span>` : nothing}
        <p class="folio" aria-hidden="true">${number}</p>
      </div>
      ${element.shown.phase === 'told' ? viewPageTools(element, picture, number) : nothing}
    </section>
  `;
}

/** The frame has its final size from the start, so that nothing jumps. */
function viewFrame(
  element: InterleafStory,
  picture: ShownPicture | undefined,
  number: number,
  writing: boolean,
): TemplateResult | typeof nothing {
  if (!picture && !writing) return nothing;
  const painting = picture && (!picture.url || element.shown.redrawing === number) && !picture.failed;
  const share = picture && picture.steps > 0 ? picture.step / picture.steps : 0;
  return html`
    <figure class="picture ${painting ? 'painting' : ''}" part="picture">
      ${
        painting
          ? html`
            <canvas
              data-page=${number}
              width="256"
              height="256"
              role="img"
              aria-label=${`The picture of page ${number} is being painted`}
            ></canvas>
            <progress max="1" .value=${share} aria-label=${`Painting page ${number}`}></progress>
          `
          : nothing
      }
      ${picture?.url && !painting ? html`<img src=${picture.url} alt=${picture.alt} width="512" height="512" />` : nothing}
      ${picture?.failed ? html`<figcaption>This picture could not be painted. Try “Paint anew”.</figcaption>` : nothing}
    </figure>
  `;
}

function viewPageTools(element: InterleafStory, picture: ShownPicture | undefined, number: number): TemplateResult {
  const busy = element.shown.redrawing !== undefined;
  const last = number === element.shown.pages.length;
  return html`
    <div class="page-tools">
      ${
        picture
          ? html`<button class="quiet" ?disabled=${busy} @click=${() => element.ask(element.redraw(number))}>
            ${icon('brush')} Paint anew<span class="spoken"> the picture of page ${number}</span>
          </button>`
          : nothing
      }
      ${
        last
          ? nothing
          : html`<button class="quiet" ?disabled=${busy} @click=${() => element.ask(element.continueFrom(number))}>
            ${icon('branch')} Go on differently<span class="spoken"> after page ${number}</span>
          </button>`
      }
    </div>
  `;
}

function viewToolbar(element: InterleafStory): TemplateResult {
  const busy = element.shown.redrawing !== undefined;
  const pictures = element.shown.pages.some((page) => page.picture?.url);
  const again = () =>
    element.ask(
      element.generate({ prompt: element.story?.prompt ?? element.prompt, seed: Math.floor(Math.random() * 1e6) }),
    );
  return html`
    <nav class="toolbar" part="toolbar" aria-label="This book">
      <button class="main" ?disabled=${busy} @click=${() => element.closeBook()}>${icon('feather')} Tell another</button>
      <button ?disabled=${busy} @click=${again}>${icon('again')} Tell it again</button>
      <button ?disabled=${busy} @click=${() => element.save('html')}>${icon('save')} Save as a page</button>
      ${pictures ? html`<button ?disabled=${busy} @click=${() => element.save('png')}>${icon('picture')} Save the pictures</button>` : nothing}
      <button ?disabled=${busy} @click=${() => print()}>${icon('printer')} Print</button>
      <slot name="toolbar"></slot>
    </nav>
    <p class="hint centred">Seed ${element.shown.seed}</p>
  `;
}
