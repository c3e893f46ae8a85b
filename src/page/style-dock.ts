/** The line at the element's own foot: what is happening, stop, and what is behind the page. */
import { css } from 'lit';

export const dockStyle = css`
  .dock {
    position: sticky;
    z-index: 2;
    bottom: 0;
    background: var(--sheet);
    border-top: 1px solid var(--line);
  }
  .dock > :is(.trouble, .notice) {
    border-block: 0;
    border-inline-end: 0;
    border-radius: 0;
  }
  .dock > .notice {
    padding-block: 0.45rem;
    font-size: 0.95rem;
  }
  .dock > .notice:has(button) {
    padding-block: 0;
  }
  .offer {
    max-block-size: calc(100dvh - 5rem);
    max-inline-size: 42rem;
    overflow-y: auto;
    margin: 0 auto;
    padding: 0.6rem clamp(1rem, 4cqi, 2.5rem) 0.5rem;
  }
  .offer h2 {
    margin: 0.25rem 0;
    font-size: 1.15rem;
  }
  .offer p {
    margin: 0.35rem 0;
  }
  .answers {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 0.75rem;
    margin: 0.35rem 0;
  }
  .offer fieldset {
    margin: 0.5rem 0;
    padding: 0.35rem 0.75rem 0.5rem;
    border: 1px solid var(--line);
    border-radius: 0.5rem;
  }
  .choice {
    display: flex;
    align-items: baseline;
    gap: 0.6rem;
    margin: 0.4rem 0;
  }
  .choice input {
    flex: none;
    inline-size: 1.05rem;
    block-size: 1.05rem;
    margin: 0;
    accent-color: var(--accent);
    translate: 0 0.15rem;
  }
  .fetching {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.35rem 0.75rem;
    inline-size: 100%;
    max-inline-size: 42rem;
  }
  .fetching progress {
    inline-size: 100%;
  }
  .fetching p {
    flex: 1 1 15rem;
    margin: 0;
    font-variant-numeric: tabular-nums;
  }
  .fetching p.answers {
    flex: none;
  }
  .dock > .fetching {
    max-inline-size: 70rem;
    margin: 0 auto;
    padding: 0.6rem clamp(1rem, 4cqi, 2.5rem) 0;
  }
  .waiting .fetching {
    flex-direction: column;
  }
  .waiting .fetching p {
    flex: none;
  }
  .status {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.4rem 0.9rem;
    max-inline-size: 70rem;
    margin: 0 auto;
    padding: 0.5rem clamp(1rem, 4cqi, 2.5rem);
  }
  .status .doing {
    flex: 1;
    min-inline-size: 8rem;
    margin: 0;
    color: var(--soft);
  }
  .status .turner {
    display: flex;
    flex: 1;
    gap: 0.25rem;
    margin-inline-start: -0.5rem;
  }
  .status .turner button {
    padding-inline: 0.5rem;
  }
  .behind {
    max-block-size: min(55vh, 34rem);
    overflow-y: auto;
    overscroll-behavior: contain;
    border-bottom: 1px solid var(--line);
  }
  .behind > * {
    max-inline-size: 70rem;
    margin: 0 auto;
    padding: 0.9rem clamp(1rem, 4cqi, 2.5rem);
  }
  .behind .about p {
    max-width: 46rem;
    margin: 0 0 0.6rem;
    color: var(--soft);
  }
  .making h2 {
    font-size: 1.2rem;
  }
  .making p {
    margin: 0.6rem 0 0.35rem;
  }
  .making .caption {
    font-size: 0.95rem;
    color: var(--soft);
  }
  .tokens {
    max-width: 46rem;
    font: 1.1rem / 2 var(--serif);
  }
  .token {
    padding-bottom: 0.1em;
    white-space: pre-wrap;
    border-bottom: 3px solid color-mix(in srgb, var(--accent) var(--sure, 0%), var(--line));
  }
  .p3,
  .p4 {
    --sure: 30%;
  }
  .p5,
  .p6 {
    --sure: 55%;
  }
  .p7,
  .p8 {
    --sure: 75%;
  }
  .p9 {
    --sure: 100%;
  }
  .token.voken {
    margin-inline-start: 0.25em;
    padding: 0.1em 0.45em;
    color: var(--on-accent);
    background: var(--accent);
    border-radius: 0.3em;
  }
  canvas.vokens {
    display: block;
    width: 100%;
    max-width: 46rem;
    height: 4rem;
    image-rendering: pixelated;
    border-radius: 0.3rem;
  }
  .strip {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem;
  }
  .strip canvas {
    width: 4rem;
    height: 4rem;
    border-radius: 0.2rem;
  }
  .figures {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem 1.5rem;
    color: var(--soft);
  }
  @container (max-width: 32rem) {
    .busy .label,
    .turner ~ .quiet .label {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
  }
  @media print {
    .dock {
      display: none;
    }
  }
`;
