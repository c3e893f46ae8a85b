/** A reader's own picture: checked by its header, decoded small, and kept as PNG pixels without its metadata. */
import { InputError } from '../errors.ts';
import { readPictureHeader } from './picture-header.ts';

/** Longest edge that is kept, pixels: more than any model looks at. */
const LONGEST = 1024;

export interface ReaderPicture {
  readonly png: Blob;
  readonly width: number;
  readonly height: number;
}

export async function readReaderPicture(file: Blob): Promise<ReaderPicture> {
  const { width, height } = readPictureHeader(new Uint8Array(await file.slice(0, 20e6 + 1).arrayBuffer()));
  const scale = Math.min(1, LONGEST / Math.max(width, height));
  const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new InputError('bad-picture', 'This picture is damaged and cannot be shown. Choose another picture.');
  }
  try {
    // Turned by its EXIF orientation, the bitmap may be on its side compared with the header.
    const turned = bitmap.width === height && bitmap.height === width && width !== height;
    const png = await pngOf(bitmap, turned ? { width: size.height, height: size.width } : size);
    return { png, width: bitmap.width, height: bitmap.height };
  } finally {
    bitmap.close();
  }
}

/** The bitmap's pixels as a PNG file. The bitmap stays its owner's. */
export async function pngOf(
  bitmap: ImageBitmap,
  size: { readonly width: number; readonly height: number } = bitmap,
): Promise<Blob> {
  const canvas = new OffscreenCanvas(size.width, size.height);
  const context = canvas.getContext('2d');
  if (!context) throw new InputError('bad-picture', 'This browser has no room to draw the picture. Try again.');
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, size.width, size.height);
  return canvas.convertToBlob({ type: 'image/png' });
}
