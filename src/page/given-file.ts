/** A story as one file to give away: a page that reads anywhere, or its pictures (one PNG, or several in a zip). */
import { InputError } from '../errors.ts';
import type { Story } from '../library/story.ts';
import { titleOf } from './prompt.ts';

export type GivenKind = 'html' | 'png';

/** Rejects with InputError where there is nothing to give. */
export async function givenFile(story: Story | undefined, kind: GivenKind): Promise<Blob> {
  if (!story) throw new InputError('bad-option', 'There is no story yet. Tell one first.');
  if (kind === 'html') {
    const { storyHtml } = await import('../export/story-html.ts');
    return storyHtml(story, { title: titleOf(story.prompt) });
  }
  const { storyPictures } = await import('../export/story-pictures.ts');
  const file = await storyPictures(story, titleOf(story.prompt));
  if (!file) throw new InputError('bad-option', 'This story has no picture.');
  return file.blob;
}

/** Has the browser save it, under the story's title. */
export async function saveFile(blob: Blob, title: string): Promise<void> {
  const { fileNameOf } = await import('../export/file-name.ts');
  const extensions: Readonly<Record<string, string>> = { 'application/zip': 'zip', 'image/png': 'png' };
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = fileNameOf(title, extensions[blob.type] ?? 'html');
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
