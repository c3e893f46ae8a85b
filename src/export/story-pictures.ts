/** A story's pictures as files: one PNG as it is, several in a zip. */
import { zip } from 'fflate';
import type { Story } from '../library/story.ts';
import { fileNameOf } from './file-name.ts';

export interface NamedFile {
  readonly name: string;
  readonly blob: Blob;
}

/** undefined when the story has no picture. In the zip a picture is named after its page: page-1.png. */
export async function storyPictures(story: Story, title: string): Promise<NamedFile | undefined> {
  const pictures = story.pages.flatMap((page, i) => (page.picture ? [{ page: i + 1, png: page.picture.png }] : []));
  const [first] = pictures;
  if (!first) return undefined;
  if (pictures.length === 1) return { name: fileNameOf(title, 'png'), blob: first.png };
  const bytes = await Promise.all(
    pictures.map(async ({ page, png }) => [`page-${page}.png`, new Uint8Array(await png.arrayBuffer())] as const),
  );
  return { name: fileNameOf(title, 'zip'), blob: await zipped(Object.fromEntries(bytes), new Date(story.toldAt)) };
}

/** PNG is compressed already: the files are stored, not squeezed again. */
function zipped(files: Record<string, Uint8Array>, mtime: Date): Promise<Blob> {
  return new Promise((resolve, reject) => {
    zip(files, { level: 0, mtime }, (error, data) => {
      if (error) reject(error);
      else resolve(new Blob([data as Uint8Array<ArrayBuffer>], { type: 'application/zip' }));
    });
  });
}
