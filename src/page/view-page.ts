/** One page: text, the picture where the model decided on it, the folio, and what can be done with the page. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from './icons.ts';
import type { InterleafStory } from './interleaf-story.ts';
import { titleOf } from './prompt.ts';
import { curled } from './quotes.ts';
import type { ShownPage, ShownPicture } from './state.ts';

export function viewPage(element: InterleafStory, page: ShownPage, number: number): TemplateResult {
  const { picture } = page;
  const writing = !page.over && element.shown.phase === 'telling';
  const text = curled(page.text);
  const offset = picture?.offset ?? text.length;
  const before = paragraphs(text.slice(0, offset));
  const after = paragraphs(text.slice(offset));
  const pen = (paragraph: string) => (writing && paragraph === (after.at(-1) ?? before.at(-1) ?? '') ? 'pen' : '');
  return html`
    <section class="page ${number % 2 === 0 ? 'even' : 'odd'}" part="page" tabindex="0" aria-label=${`Page ${number}`}>
      <div class="text" part="text">
        ${page.chapter?.prompt ? html`<h2 class="chapter" dir="auto">${titleOf(page.chapter.prompt)}</h2>` : nothing}
        ${page.given ? html`<p class="hint">In your own words</p>` : nothing}
        ${before.map((each, i) => html`<p dir="auto" class="${i === 0 && (number === 1 || page.chapter) ? 'first' : ''} ${pen(each)}">${each}</p>`)}
        ${writing && before.length === 0 ? html`<p class="pen"></p>` : nothing}
      </div>
      ${picture ? viewFrame(element, picture, number) : html`<div class="ornament">${page.over ? icon('feather') : nothing}</div>`}
      ${
        after.length > 0
          ? html`<div class="text" part="text">${after.map((each) => html`<p dir="auto" class=${pen(each)}>${each}</p>`)}</div>`
          : nothing
      }
      ${page.over ? viewFoot(element, picture, number) : nothing}
    </section>
  `;
}

function paragraphs(text: string): readonly string[] {
  return text
    .split(/\n+/)
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/** The frame has its final size from the start, so that nothing jumps. */
function viewFrame(element: InterleafStory, picture: ShownPicture, number: number): TemplateResult {
  const painting = element.shown.redrawing === number || !(picture.url || picture.failed);
  const share = picture.steps > 0 ? picture.step / picture.steps : 0;
  return html`
    <figure class="picture" part="picture">
      ${
        painting
          ? html`
            <span class="brush">${icon('brush')}</span>
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
      ${picture.url && !painting ? html`<img src=${picture.url} alt=${picture.alt} width="512" height="512" />` : nothing}
      ${picture.failed && !painting ? html`<figcaption>This picture could not be painted. Try “Paint anew”.</figcaption>` : nothing}
    </figure>
  `;
}

/** Only below a page that is whole: whatever stood below a growing text would move. */
function viewFoot(element: InterleafStory, picture: ShownPicture | undefined, number: number): TemplateResult {
  return html`
    <div class="foot">
      <p class="folio" aria-hidden="true">${number}</p>
      ${element.shown.phase === 'told' ? viewTools(element, picture, number) : nothing}
    </div>
  `;
}

function viewTools(element: InterleafStory, picture: ShownPicture | undefined, number: number): TemplateResult {
  const busy = element.shown.redrawing !== undefined;
  const last = number === element.shown.pages.length;
  return html`
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
  `;
}
