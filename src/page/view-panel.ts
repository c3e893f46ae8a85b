/** Behind the page: how the story is made, from the very numbers that made it. */
import { html, nothing, type TemplateResult } from 'lit';
import type { TokenChoice } from '../story/events.ts';
import { icon } from './icons.ts';
import type { InterleafStory } from './interleaf-story.ts';
import type { ShownPage } from './state.ts';

export function viewPanel(element: InterleafStory): TemplateResult {
  const { pages } = element.shown;
  const { teller } = element;
  return html`
    <details
      class="panel"
      @toggle=${(event: Event) => {
        element.panel = (event.target as HTMLDetailsElement).open;
      }}
    >
      <summary>${icon('eye')} Behind the page</summary>
      ${
        element.panel
          ? html`
            <p>
              One model writes this book and decides by itself when to draw. It writes word by word; when it chooses ▣, eight
              of its inner states, the <dfn>vokens</dfn>, go to a painter, which turns noise into the picture they mean. Before
              the next page is written the model looks at the finished picture with its own eyes.
            </p>
            ${teller ? html`<p>${teller.choice.reason} Writer and painter each have a thread of their own (${teller.device}).</p>` : nothing}
            ${pages.map((page, i) => viewMaking(element, page, i + 1))}
          `
          : nothing
      }
    </details>
  `;
}

function viewMaking(element: InterleafStory, page: ShownPage, number: number): TemplateResult {
  const { picture, tokens, tokensPerSecond, seen } = page;
  const previews = element.previews.get(number) ?? [];
  return html`
    <section class="making" aria-label=${`How page ${number} was made`}>
      <h2>Page ${number}</h2>
      ${tokens.length > 0 ? html`<p class="tokens">${tokens.map(viewToken)}</p>` : html`<p class="hint">Told on an earlier visit.</p>`}
      ${
        picture
          ? html`
            <p>The eight vokens, one row each:</p>
            <canvas class="vokens" .vokens=${picture.vokens} role="img" aria-label="Eight rows of coloured cells: the voken states"></canvas>
          `
          : nothing
      }
      ${
        previews.length > 0
          ? html`
            <p>The picture, step by step:</p>
            <div class="strip">
              ${previews.map((_, step) => html`<canvas data-page=${number} data-step=${step} width="64" height="64" role="img" aria-label=${`Step ${step + 1}`}></canvas>`)}
            </div>
          `
          : nothing
      }
      <p class="figures">
        ${tokensPerSecond ? html`<span>${tokensPerSecond.toFixed(1)} tokens a second</span>` : nothing}
        ${picture?.seconds ? html`<span>painted in ${picture.seconds.toFixed(1)} s</span>` : nothing}
        ${picture?.step && picture.steps ? html`<span>${picture.steps} steps</span>` : nothing}
        ${seen ? html`<span>seen again before page ${number + 1}</span>` : nothing}
      </p>
    </section>
  `;
}

function viewToken({ text, probability, likeliest }: TokenChoice): TemplateResult {
  const others = likeliest
    .map((each) => `${each.text.trim() || '␣'} ${Math.round(each.probability * 100)} %`)
    .join(', ');
  const tenth = Math.min(9, Math.floor(probability * 10));
  return html`<span class="token p${tenth} ${text === '▣' ? 'voken' : ''}" title=${others}>${text}</span>`;
}
