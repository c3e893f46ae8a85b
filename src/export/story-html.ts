/**
 * A story as one HTML file that needs nothing else: pictures as data URLs, no script, and a policy that lets nothing be
 * fetched. It reads on a phone, in the dark, and on paper.
 */
import type { Story, StoryPage } from '../library/story.ts';
import { dataUrlOf } from './data-url.ts';
import { type Html, html } from './escaped.ts';
import { STORY_STYLE } from './story-style.ts';

export interface StoryHtmlOptions {
  readonly title: string;
  /** BCP 47 language of the story's text; 'en' when not given. */
  readonly lang?: string;
}

/** A text/html Blob, UTF-8. */
export async function storyHtml(story: Story, { title, lang = 'en' }: StoryHtmlOptions): Promise<Blob> {
  const pages = await Promise.all(story.pages.map((page, i) => pageHtml(page, i + 1, story.pages.length)));
  const opening = story.picture
    ? [html`<img src="${await dataUrlOf(story.picture)}" alt="The reader's picture, which opens the story">\n`]
    : [];
  const told = new Date(story.toldAt).toISOString().slice(0, 10);
  const { html: text } = html`<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Interleaf">
<title>${title}</title>
<style>${{ html: STORY_STYLE }}</style>
</head>
<body>
<main>
<header><h1 dir="auto">${title}</h1>
${opening}</header>
${pages}</main>
<footer>
<p>Told on <time>${told}</time> by Interleaf with the model ${story.model.id} (${story.model.revision}), seed ${story.seed}.
Words and pictures were made by a machine.</p>
</footer>
</body>
</html>
`;
  return new Blob([text], { type: 'text/html;charset=utf-8' });
}

async function pageHtml(page: StoryPage, number: number, count: number): Promise<Html> {
  const figure = page.picture
    ? [html`<img src="${await dataUrlOf(page.picture.png)}" alt="${page.picture.alt}">\n`]
    : [];
  const paragraphs = page.text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
    .map((paragraph) => html`<p dir="auto">${paragraph}</p>\n`);
  const asked = page.chapter?.prompt;
  const heading = asked ? [html`<h2 dir="auto">${asked}</h2>\n`] : [];
  return html`<section aria-label="Page ${number} of ${count}">
${figure}<div>
${heading}${paragraphs}</div>
</section>
`;
}
