/** While it is told, and after: pages to scroll or to turn. Nothing that stands ever moves. */
import { css } from 'lit';

export const bookStyle = css`
  .book {
    font-family: var(--serif);
  }
  .title {
    max-width: 24em;
    margin: clamp(0.5rem, 3cqi, 2rem) auto clamp(1.25rem, 4cqi, 3rem);
    font-size: clamp(1.75rem, 5cqi, 2.7rem);
    font-weight: 500;
    text-align: center;
  }
  .title::after {
    content: '';
    display: block;
    inline-size: 3rem;
    margin: 0.6em auto 0;
    border-top: 2px solid var(--accent);
  }
  .frontispiece {
    margin: 0 auto clamp(1.25rem, 4cqi, 3rem);
    text-align: center;
  }
  .frontispiece img {
    max-inline-size: min(100%, 22rem);
    max-block-size: 22rem;
    border: 1px solid var(--line);
    border-radius: 0.3rem;
  }
  .page {
    display: grid;
    gap: 1.25rem;
    margin: 0 0 clamp(1.25rem, 3cqi, 2.25rem);
    padding: clamp(1rem, 3.4cqi, 2.5rem);
    padding-block-end: 0.6rem;
    background: var(--sheet);
    border: 1px solid var(--line);
    border-radius: 0.4rem;
    scroll-margin-top: 1rem;
  }
  .picture {
    position: relative;
    margin: 0;
    aspect-ratio: 1;
    inline-size: 100%;
    overflow: hidden;
    background: var(--paper);
    border-radius: 0.25rem;
  }
  .picture :is(img, canvas) {
    position: relative;
    display: block;
    width: 100%;
    height: 100%;
    object-fit: cover;
  }
  .picture .brush {
    position: absolute;
    inset: 0;
    display: grid;
    place-items: center;
    font-size: 2.2rem;
    color: var(--soft);
    animation: breathe 2.4s ease-in-out infinite;
  }
  @keyframes breathe {
    50% {
      opacity: 0.35;
    }
  }
  .picture progress {
    position: absolute;
    inset: auto 0 0;
    width: 100%;
    border-radius: 0;
  }
  .picture figcaption {
    display: grid;
    place-items: center;
    height: 100%;
    padding: 1rem;
    font-family: var(--sans);
    color: var(--soft);
    text-align: center;
  }
  .text {
    font-size: clamp(1.2rem, 1.05rem + 0.6cqi, 1.4rem);
    line-height: 1.65;
    overflow-wrap: anywhere;
  }
  .text .chapter {
    margin: 0 0 0.5em;
    font-size: 1.15em;
    font-weight: 500;
  }
  .text p {
    margin: 0 0 0.6em;
    max-width: 34em;
    text-wrap: pretty;
  }
  .text p:last-child {
    margin: 0;
  }
  .text p.first::first-letter {
    float: inline-start;
    padding: 0.07em 0.08em 0 0;
    font-size: 3.15em;
    line-height: 0.82;
    color: var(--accent);
  }
  .text .pen::after {
    content: '';
    display: inline-block;
    inline-size: 0.42em;
    block-size: 0.95em;
    margin-inline-start: 0.15em;
    background: var(--accent);
    vertical-align: -0.1em;
    animation: pen 1.1s steps(2) infinite;
  }
  @keyframes pen {
    50% {
      opacity: 0;
    }
  }
  .ornament {
    display: none;
    color: var(--line);
  }
  .foot {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    min-block-size: 2.75rem;
    font: 0.93rem / 1.4 var(--sans);
    color: var(--soft);
  }
  .foot:has(button) {
    margin-inline-end: -0.5rem;
  }
  .foot .folio {
    margin: 0;
    margin-inline-end: auto;
  }
  .foot button {
    gap: 0.35em;
    padding-inline: 0.5rem;
    white-space: nowrap;
  }
  .waiting {
    display: grid;
    justify-items: center;
    gap: 0.75rem;
    max-inline-size: 22rem;
    margin: clamp(2rem, 8cqi, 5rem) auto;
    font-family: var(--sans);
    color: var(--soft);
    text-align: center;
  }
  .waiting > .icon {
    font-size: 2.5rem;
    color: var(--accent);
    animation: breathe 2.4s ease-in-out infinite;
  }
  .waiting > .icon svg {
    stroke-width: 1.2;
  }
  .waiting p {
    margin: 0;
  }
  .waiting progress {
    inline-size: 100%;
  }
  .ending {
    margin: 2.25rem 0 1.5rem;
    text-align: center;
    font-style: italic;
    font-size: 1.35rem;
    color: var(--soft);
  }
  .onward {
    display: grid;
    gap: 0.5rem;
    max-inline-size: 34rem;
    margin: 0 auto 1.5rem;
    font-family: var(--sans);
  }
  .onward button {
    justify-self: center;
  }
  .toolbar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: center;
    gap: 0.5rem;
    font-family: var(--sans);
  }
  .note,
  .colophon {
    margin-top: 1rem;
    font-size: 0.95rem;
    color: var(--soft);
    text-align: center;
  }

  @container (min-width: 46rem) {
    .page {
      grid-template-columns: 1fr 1fr;
      grid-template-rows: auto 1fr auto;
      column-gap: clamp(1.75rem, 4cqi, 3.5rem);
      padding-block-end: clamp(1rem, 3.4cqi, 2.5rem);
    }
    .page > :is(.text, .foot) {
      grid-column: 2;
    }
    .page > :is(.picture, .ornament) {
      grid-column: 1;
      grid-row: 1 / span 3;
    }
    .page.even > :is(.text, .foot) {
      grid-column: 1;
    }
    .page.even > :is(.picture, .ornament) {
      grid-column: 2;
    }
    .page > .text:first-child {
      grid-row: 1;
      padding-top: 0.5rem;
    }
    .page > .foot {
      grid-row: 3;
      align-self: end;
    }
    .page.even .folio {
      order: 0;
    }
    .page.odd .folio {
      order: 1;
      margin-inline: auto 0;
    }
    .ornament {
      display: grid;
      place-items: center;
      min-block-size: 8rem;
    }
    .ornament .icon svg {
      width: 3rem;
      height: 3rem;
      stroke-width: 1;
    }
  }

  .leaves.turning {
    display: flex;
    gap: 1rem;
    overflow-x: auto;
    scroll-snap-type: x mandatory;
    scrollbar-width: none;
  }
  .turning > * {
    flex: 0 0 100%;
    scroll-snap-align: center;
    scroll-snap-stop: always;
  }
  .turning > :is(.page, .front):focus-visible {
    outline-offset: -4px;
  }
  .front {
    display: grid;
    align-content: center;
    justify-items: center;
    gap: 1.5rem;
    margin: 0 0 clamp(1.25rem, 3cqi, 2.25rem);
    padding: clamp(1.5rem, 5cqi, 3.5rem) 1rem;
    background: var(--sheet);
    border: 1px solid var(--line);
    border-radius: 0.4rem;
    text-align: center;
  }
  .front img {
    inline-size: min(100%, 26rem);
    border-radius: 0.25rem;
  }
  .front .title {
    margin: 0;
  }

  @media print {
    :host {
      background: #fff;
      color: #000;
    }
    main {
      padding: 0;
    }
    .toolbar,
    .onward,
    .waiting,
    .foot button,
    .ornament {
      display: none;
    }
    .leaves.turning {
      display: block;
    }
    .page {
      display: block;
      break-inside: avoid;
      padding: 0;
      border: 0;
    }
    .page .picture {
      inline-size: 110mm;
      margin: 0 auto 6mm;
      print-color-adjust: exact;
    }
    .text {
      font-size: 13pt;
    }
  }
`;
