/** Behind the page: how the story is made, from the very numbers that made it. */
import { html, nothing, type TemplateResult } from 'lit';
import type { TokenChoice } from '../story/events.ts';
import type { InterleafStory } from './interleaf-story.ts';
import type { ShownPage } from './state.ts';

/** The newest page stands first while the story is told, so that it is seen being made. */
export function viewPanel(element: InterleafStory): TemplateResult {
  const { pages, phase } = element.shown;
  const made = pages.map((page, i) => viewMaking(element, page, i + 1));
  return html`
    <section class="behind" id="behind" tabindex="0" aria-label="How it is made">
      ${phase === 'telling' ? [made.reverse(), viewAbout(element)] : [viewAbout(element), made]}
    </section>
  `;
}

function viewAbout({ teller }: InterleafStory): TemplateResult {
  return html`
      <div class="about">
        <p>
          One model writes this book and decides by itself when to draw. It writes piece by piece; the more colour there is
          under a piece, the surer it was. When it chooses ▣, eight of its inner states, the <dfn>vokens</dfn>, go to a
          painter, which turns noise into the picture they mean. Before the next page is written the model looks at the
          finished picture with its own eyes.
        </p>
        ${
          teller
            ? html`<p>
              ${teller.choice.reason} Writer and painter each have a thread of their own (${teller.device}).
              ${teller.residency.reason}
            </p>`
            : nothing
        }
      </div>
  `;
}

function viewMaking(element: InterleafStory, page: ShownPage, number: number): TemplateResult {
  const { picture, tokens } = page;
  const last = tokens.at(-1);
  return html`
    <section class="making" aria-label=${`How page ${number} was made`}>
      <h2>Page ${number}</h2>
      ${tokens.length > 0 ? html`<p class="tokens">${tokens.map(viewToken)}</p>` : html`<p class="caption">Told on an earlier visit.</p>`}
      ${last && !page.over ? html`<p class="caption">Now: ${weighed(last)}</p>` : nothing}
      ${
        picture
          ? html`
            <p class="caption">The eight vokens, one row each: warm above zero, cool below</p>
            <canvas class="vokens" .vokens=${picture.vokens} role="img" aria-label="Eight rows of coloured cells: the voken states"></canvas>
          `
          : nothing
      }
      ${viewStrip(element, number)}
      <p class="figures">${figuresOf(page, number).map((figure) => html`<span>${figure}</span>`)}</p>
    </section>
  `;
}

/** The denoising steps as a film strip, and the finished picture at its end. */
function viewStrip({ plates }: InterleafStory, number: number): TemplateResult | typeof nothing {
  const steps = plates.previews.get(number) ?? [];
  if (steps.length === 0) return nothing;
  return html`
    <p class="caption">The picture, step by step</p>
    <div class="strip">
      ${steps.map(
        (_, step) => html`
          <canvas data-page=${number} data-step=${step} width="64" height="64" role="img" aria-label=${`Step ${step + 1}`}></canvas>
        `,
      )}
    </div>
  `;
}

function figuresOf({ picture, tokensPerSecond, seen }: ShownPage, number: number): readonly string[] {
  return [
    ...(tokensPerSecond ? [`${tokensPerSecond.toFixed(1)} tokens a second`] : []),
    ...(picture?.seconds ? [`painted in ${picture.seconds.toFixed(1)} s`] : []),
    ...(picture?.steps ? [`${picture.steps} steps`] : []),
    ...(picture?.decodedAgain ? [`decoded again in float32: ${picture.decodedAgain} values were no numbers`] : []),
    ...(seen ? [`seen again before page ${number + 1}`] : []),
  ];
}

function viewToken(choice: TokenChoice): TemplateResult {
  const { text, probability } = choice;
  const tenth = Math.min(9, Math.floor(probability * 10));
  return html`<span class="token p${tenth} ${text === '▣' ? 'voken' : ''}" title=${weighed(choice)}>${text}</span>`;
}

/** "kite 62 %, ball 20 %": what it could have been, too. */
function weighed({ likeliest }: TokenChoice): string {
  return likeliest.map((each) => `${each.text.trim() || '␣'} ${Math.round(each.probability * 100)} %`).join(', ');
}
