/** Paper and ink. */
import { css } from 'lit';

export const style = css`
  :host {
    --paper: var(--interleaf-paper, #faf6ee);
    --sheet: var(--interleaf-sheet, #fffdf8);
    --ink: var(--interleaf-ink, #2a2420);
    --soft: var(--interleaf-soft, #6a5f55);
    --line: var(--interleaf-line, #ded3c2);
    --accent: var(--interleaf-accent, #a63d2a);
    --on-accent: var(--interleaf-on-accent, #fffaf4);
    --serif: var(--interleaf-serif, 'Iowan Old Style', 'Palatino Linotype', Palatino, 'Book Antiqua', Georgia, serif);
    --sans: var(--interleaf-sans, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif);
    display: block;
    color: var(--ink);
    background: var(--paper);
    font: 1rem / 1.5 var(--sans);
    color-scheme: light dark;
  }
  @media (prefers-color-scheme: dark) {
    :host {
      --paper: var(--interleaf-paper, #191614);
      --sheet: var(--interleaf-sheet, #211d1a);
      --ink: var(--interleaf-ink, #ece3d6);
      --soft: var(--interleaf-soft, #b3a698);
      --line: var(--interleaf-line, #40382f);
      --accent: var(--interleaf-accent, #ef9a7a);
      --on-accent: var(--interleaf-on-accent, #22140d);
    }
  }
  * {
    box-sizing: border-box;
  }
  [hidden] {
    display: none !important;
  }
  main {
    max-width: 68rem;
    margin: 0 auto;
    padding: clamp(1rem, 4vw, 3rem) clamp(1rem, 4vw, 2.5rem) 7rem;
  }
  h1,
  h2,
  h3 {
    font-family: var(--serif);
    font-weight: 600;
    line-height: 1.2;
    text-wrap: balance;
    margin: 0;
  }
  .icon svg {
    width: 1.1em;
    height: 1.1em;
    vertical-align: -0.18em;
  }
  .spoken {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: 0;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  button,
  .button,
  summary {
    font: inherit;
    cursor: pointer;
  }
  button,
  .button {
    display: inline-flex;
    align-items: center;
    gap: 0.5em;
    min-height: 2.75rem;
    padding: 0.4rem 1rem;
    color: var(--ink);
    background: var(--sheet);
    border: 1px solid var(--line);
    border-radius: 0.5rem;
  }
  button.main {
    color: var(--on-accent);
    background: var(--accent);
    border-color: var(--accent);
    font-weight: 600;
  }
  button.quiet,
  .button.quiet {
    color: var(--soft);
    background: transparent;
    border-color: transparent;
  }
  button:hover:not(:disabled),
  .button:hover {
    border-color: var(--ink);
  }
  button:disabled {
    opacity: 0.5;
    cursor: default;
  }
  :is(button, input, textarea, select, summary, .page):focus-visible,
  .button:focus-within {
    outline: 3px solid var(--accent);
    outline-offset: 2px;
  }
  .page:focus:not(:focus-visible) {
    outline: none;
  }
  .cover {
    text-align: center;
    padding: clamp(1rem, 6vh, 4rem) 0 1.5rem;
  }
  .cover h1 {
    font-size: clamp(2.6rem, 8vw, 4.5rem);
    letter-spacing: -0.01em;
  }
  .lead {
    max-width: 34rem;
    margin: 0.75rem auto 0;
    font: 1.2rem / 1.5 var(--serif);
    color: var(--soft);
    text-wrap: balance;
  }
  .prompt {
    max-width: 42rem;
    margin: 0 auto;
    padding: clamp(1rem, 3vw, 1.75rem);
    background: var(--sheet);
    border: 1px solid var(--line);
    border-radius: 0.9rem;
  }
  .prompt > label {
    display: block;
    margin-bottom: 0.5rem;
    font-weight: 600;
  }
  textarea,
  input,
  select {
    font: inherit;
    color: inherit;
    background: var(--paper);
    border: 1px solid var(--soft);
    border-radius: 0.5rem;
    padding: 0.5rem 0.7rem;
  }
  textarea {
    display: block;
    width: 100%;
    resize: vertical;
    font: 1.25rem / 1.45 var(--serif);
  }
  ::placeholder {
    color: var(--soft);
    opacity: 1;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    margin-top: 0.9rem;
  }
  input[type='file'] {
    position: absolute;
    width: 1px;
    height: 1px;
    opacity: 0;
  }
  .own-picture {
    display: flex;
    align-items: center;
    gap: 0.75rem;
    margin-top: 0.9rem;
  }
  .own-picture img {
    width: 5rem;
    height: 5rem;
    object-fit: cover;
    border-radius: 0.4rem;
  }
  .settings {
    margin-top: 0.75rem;
    color: var(--soft);
  }
  summary {
    padding: 0.4rem 0;
  }
  .fields {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75rem 1.25rem;
    align-items: center;
  }
  .fields input {
    width: 7rem;
    margin-left: 0.35rem;
  }
  .fields input[type='number'] {
    width: 4.5rem;
  }
  .hint {
    margin: 0.6rem 0 0;
    font-size: 0.95rem;
    color: var(--soft);
  }
  .centred {
    text-align: center;
  }
  .examples {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr));
    gap: 0.9rem;
    max-width: 62rem;
    margin: 2.5rem auto 0;
  }
  .example {
    flex-direction: column;
    gap: 0;
    padding: 0;
    overflow: hidden;
    text-align: left;
    font: 1rem / 1.35 var(--serif);
  }
  .example > span:last-child {
    padding: 0.6rem 0.75rem 0.75rem;
  }
  .vignette,
  .vignette svg {
    display: block;
    width: 100%;
    aspect-ratio: 1;
  }
  .shelf {
    max-width: 42rem;
    margin: 2.5rem auto 0;
  }
  .shelf ul {
    margin: 0.5rem 0 0;
    padding: 0;
    list-style: none;
  }
  .shelf li {
    display: flex;
    justify-content: space-between;
    border-top: 1px solid var(--line);
  }
  .shelf li button:first-child {
    flex: 1;
    text-align: left;
    color: var(--ink);
    font-family: var(--serif);
  }
  .book {
    font-family: var(--serif);
  }
  .title {
    margin: clamp(0.5rem, 4vh, 2.5rem) auto clamp(1.5rem, 5vh, 3.5rem);
    max-width: 24em;
    font-size: clamp(1.7rem, 5vw, 2.6rem);
    text-align: center;
  }
  .page {
    display: grid;
    grid-template-columns: 1fr;
    gap: 1.25rem;
    margin: 0 0 clamp(1.5rem, 4vh, 2.5rem);
    padding: clamp(1rem, 3vw, 2.25rem);
    background: var(--sheet);
    border: 1px solid var(--line);
    border-radius: 0.4rem;
    scroll-margin-top: 1rem;
  }
  .picture {
    position: relative;
    margin: 0;
    aspect-ratio: 1;
    width: 100%;
    overflow: hidden;
    background: var(--paper);
    border-radius: 0.3rem;
  }
  .picture :is(img, canvas) {
    display: block;
    width: 100%;
    height: 100%;
    object-fit: cover;
  }
  .picture progress {
    position: absolute;
    inset: auto 0 0;
    width: 100%;
    height: 0.3rem;
  }
  .picture figcaption {
    display: grid;
    place-items: center;
    height: 100%;
    padding: 1rem;
    color: var(--soft);
    text-align: center;
  }
  progress {
    appearance: none;
    border: 0;
    height: 0.35rem;
    background: var(--line);
    border-radius: 1rem;
    overflow: hidden;
  }
  progress::-webkit-progress-bar {
    background: var(--line);
  }
  progress::-webkit-progress-value {
    background: var(--accent);
  }
  progress::-moz-progress-bar {
    background: var(--accent);
  }
  .text {
    position: relative;
    font-size: clamp(1.15rem, 1rem + 0.6vw, 1.35rem);
    line-height: 1.65;
    hyphens: manual;
  }
  .text p {
    margin: 0 0 0.7em;
    max-width: 36em;
    text-wrap: pretty;
  }
  .text p.first::first-letter {
    float: left;
    padding: 0.06em 0.12em 0 0;
    font-size: 3.1em;
    line-height: 0.85;
    color: var(--accent);
  }
  .text p.folio {
    margin: 1em 0 0;
    font: 0.9rem / 1 var(--sans);
    color: var(--soft);
  }
  .pen {
    display: inline-block;
    width: 0.5em;
    height: 1em;
    background: var(--accent);
    vertical-align: -0.1em;
    animation: pen 1.1s steps(2) infinite;
  }
  @keyframes pen {
    50% {
      opacity: 0;
    }
  }
  .page-tools {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem;
    font: 0.95rem / 1.4 var(--sans);
  }
  .page-tools button {
    position: relative;
  }
  .ending {
    margin: 2rem 0;
    text-align: center;
    font-style: italic;
    font-size: 1.3rem;
    color: var(--soft);
  }
  .toolbar {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: 0.5rem;
  }
  .status {
    position: fixed;
    z-index: 2;
    inset: auto 0 0;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: center;
    gap: 0.4rem 1rem;
    padding: 0.6rem 1rem;
    background: var(--sheet);
    border-top: 1px solid var(--line);
  }
  .status p {
    margin: 0;
  }
  .status progress {
    width: 12rem;
  }
  .trouble,
  .notice {
    max-width: 42rem;
    margin: 1.5rem auto;
    padding: 1rem 1.25rem;
    background: var(--sheet);
    border: 1px solid var(--accent);
    border-radius: 0.6rem;
    overflow-wrap: anywhere;
  }
  .notice {
    border-color: var(--line);
  }
  .trouble p {
    margin: 0;
  }
  .panel {
    max-width: 62rem;
    margin: 3rem auto 0;
    padding: 0.5rem 1.25rem;
    border: 1px solid var(--line);
    border-radius: 0.6rem;
    color: var(--soft);
  }
  .panel p {
    max-width: 44rem;
  }
  .making {
    padding: 0.75rem 0;
    border-top: 1px solid var(--line);
    color: var(--ink);
  }
  .tokens {
    line-height: 2.1;
  }
  .token {
    padding: 0.15em 0.05em;
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
    padding: 0.15em 0.4em;
    color: var(--on-accent);
    background: var(--accent);
    border-radius: 0.3em;
  }
  canvas.vokens {
    width: 100%;
    max-width: 44rem;
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
  @media (min-width: 52rem) {
    .page {
      grid-template-columns: 1fr 1fr;
      grid-template-rows: 1fr auto;
      column-gap: clamp(1.5rem, 4vw, 3.5rem);
    }
    .page .picture {
      grid-row: 1 / 3;
    }
    .page.even .picture {
      order: 2;
      grid-column: 2;
    }
    .page.even :is(.text, .page-tools) {
      grid-column: 1;
    }
    .page .text {
      align-self: center;
    }
    .page.plain {
      grid-template-columns: 1fr;
    }
    .page.plain .text p {
      margin-inline: auto;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .pen {
      animation: none;
    }
  }
  @media print {
    .toolbar,
    .status,
    .panel,
    .page-tools,
    .hint {
      display: none;
    }
    .page {
      break-inside: avoid;
      border: 0;
    }
  }
`;
