import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import type { Story, StoryPage } from '../library/story.ts';
import { escaped } from './escaped.ts';
import { fileNameOf } from './file-name.ts';
import { storyHtml } from './story-html.ts';
import { storyPictures } from './story-pictures.ts';

const bytes = new Uint8Array(20_000).map((_, i) => i % 251);
const png = new Blob([bytes], { type: 'image/png' });
const picture = { seed: 7, offset: 0, alt: 'a "turtle"', png, vokens: new Float32Array(8) };

function storyOf(pages: StoryPage[], prompt = 'a turtle'): Story {
  return {
    format: 1,
    id: 'a',
    toldAt: Date.UTC(2026, 4, 6, 7, 8),
    prompt,
    seed: 7,
    model: { id: 'tiny', revision: 'r1', variant: 'q8f32' },
    backend: 'wasm',
    options: { pages: 3, steps: 12, guidance: 3, sampler: 'ddim' },
    complete: true,
    pages,
  };
}

test('a story becomes one file with every page, and its pictures whole inside it', async () => {
  const story = storyOf([{ text: 'Once.\n\nThen.', picture }, { text: 'The end.' }]);
  const file = await (await storyHtml(story, { title: 'A turtle' })).text();
  expect(file).toContain('<title>A turtle</title>');
  expect(file).toContain('<p dir="auto">Once.</p>\n<p dir="auto">Then.</p>');
  expect(file).toContain('aria-label="Page 2 of 2"');
  expect(file).toContain('alt="a &quot;turtle&quot;"');
  const inside = /src="data:image\/png;base64,([^"]+)"/.exec(file)?.[1] ?? '';
  expect(Buffer.from(inside, 'base64').equals(Buffer.from(bytes))).toBe(true);
});

test('a chapter that the reader asked for has its prompt above it', async () => {
  const chapter = { pages: 3, prompt: 'now <a> kite' };
  const story = storyOf([
    { text: 'Once.', chapter: { pages: 3 } },
    { text: 'Then.', chapter },
  ]);
  const file = await (await storyHtml(story, { title: 'A turtle' })).text();
  expect(file.match(/<h2/g)).toHaveLength(1);
  expect(file).toContain('<h2 dir="auto">now &lt;a&gt; kite</h2>\n<p dir="auto">Then.</p>');
});

test('the picture that the reader opened the story with stands before its first page', async () => {
  const file = await (await storyHtml({ ...storyOf([{ text: 'Once.' }]), picture: png }, { title: 'A turtle' })).text();
  expect(file).toMatch(/<header>[^]*<img src="data:image\/png;base64,[^]*<\/header>[^]*<section/);
});

test('an exported story fetches nothing and runs nothing', async () => {
  const attack = '</style></title><script src="https://x.test/a.js"></script><img src=x onerror=alert(1)>';
  const story = storyOf([{ text: attack, picture: { ...picture, alt: attack } }]);
  const file = await (await storyHtml(story, { title: attack, lang: '"><script>' })).text();
  expect(file).not.toMatch(/<script|<img src=x|https?:"/i);
  expect(file.match(/<img\b/g)).toHaveLength(1);
  expect(file.match(/<\/style>/g)).toHaveLength(1);
  expect(file).toContain("default-src 'none'; img-src data:; style-src 'unsafe-inline'");
});

test('a picture whose type is not an image is not given its type', async () => {
  const odd = new Blob([bytes], { type: 'text/html' });
  const file = await (
    await storyHtml(storyOf([{ text: '', picture: { ...picture, png: odd } }]), { title: 't' })
  ).text();
  expect(file).toContain('data:image/png;base64,');
  expect(file).not.toContain('data:text/html');
});

test('no text can leave its element or its attribute, and none is illegal in XML', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) }), (text) => {
      const safe = escaped(text);
      expect(safe).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
      expect(safe).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/);
      // encodeURIComponent throws at a lone surrogate.
      expect(() => encodeURIComponent(safe)).not.toThrow();
    }),
  );
  expect(escaped('a\u0000b\ud800c 🐢 مرحبا')).toBe('abc 🐢 مرحبا');
});

test('several pictures come in a zip, named after their pages', async () => {
  const story = storyOf([{ text: 'a', picture }, { text: 'b' }, { text: 'c', picture }]);
  const file = await storyPictures(story, 'A turtle');
  expect(file?.name).toBe('a-turtle.zip');
  const files = unzipSync(new Uint8Array((await file?.blob.arrayBuffer()) as ArrayBuffer));
  expect(Object.keys(files)).toEqual(['page-1.png', 'page-3.png']);
  expect(files['page-3.png']).toEqual(bytes);
});

test('one picture comes as it is, and none as nothing', async () => {
  const file = await storyPictures(storyOf([{ text: 'a', picture }]), 'A turtle');
  expect(file).toEqual({ name: 'a-turtle.png', blob: png });
  expect(await storyPictures(storyOf([{ text: 'a' }]), 'A turtle')).toBeUndefined();
});

test('a file is named after its title, whatever the title holds', () => {
  expect(fileNameOf('A Turtle & the “Kite”!', 'html')).toBe('a-turtle-the-kite.html');
  expect(fileNameOf('../../etc/passwd', 'png')).toBe('etc-passwd.png');
  expect(fileNameOf('سلحفاة 🐢', 'html')).toBe('سلحفاة.html');
  expect(fileNameOf('🐢', 'html')).toBe('story.html');
  expect(fileNameOf('word '.repeat(100), 'html').length).toBeLessThan(70);
  expect(fileNameOf('x'.repeat(500), 'html')).toBe(`${'x'.repeat(60)}.html`);
});
