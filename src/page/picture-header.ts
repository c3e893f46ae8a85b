/**
 * What a picture file says of itself in its first bytes. Read before anything is decoded: a PNG of 48 kB can claim
 * 400 million pixels and hold a browser for ten seconds.
 */
import { InputError } from '../errors.ts';

export interface PictureHeader {
  readonly format: 'PNG' | 'JPEG' | 'WebP' | 'GIF';
  /** pixels */
  readonly width: number;
  readonly height: number;
}

const MOST_BYTES = 20e6;
const MOST_PIXELS = 40e6;

const ascii = (view: DataView, at: number, length: number): string => {
  if (at + length > view.byteLength) return '';
  return String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, length));
};

function cutShort(format: string): InputError {
  return new InputError('bad-picture', `This ${format} picture is cut short. Choose another picture, or save it anew.`);
}

/** Throws InputError 'bad-picture' in plain words when the file is no picture, is too large, or is cut short. */
export function readPictureHeader(bytes: Uint8Array): PictureHeader {
  if (bytes.byteLength > MOST_BYTES) {
    const megabytes = Math.ceil(bytes.byteLength / 1e6);
    throw new InputError('bad-picture', `This file has ${megabytes} MB; a picture may have up to 20 MB.`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let header: PictureHeader;
  try {
    header = readFormat(view);
  } catch (error) {
    if (error instanceof RangeError) throw cutShort('');
    throw error;
  }
  const { width, height } = header;
  if (width < 1 || height < 1) throw new InputError('bad-picture', 'This picture has no pixels. Choose another one.');
  if (width * height > MOST_PIXELS) {
    const megapixels = Math.round((width * height) / 1e6);
    throw new InputError(
      'bad-picture',
      `This picture is ${width} × ${height} (${megapixels} megapixels); up to 40 megapixels can be looked at.`,
    );
  }
  return header;
}

function readFormat(view: DataView): PictureHeader {
  if (ascii(view, 0, 8) === '\x89PNG\r\n\x1a\n') return readPng(view);
  if (view.byteLength > 2 && view.getUint16(0) === 0xffd8) return readJpeg(view);
  if (ascii(view, 0, 4) === 'RIFF' && ascii(view, 8, 4) === 'WEBP') return readWebp(view);
  if (/^GIF8[79]a$/.test(ascii(view, 0, 6))) {
    return { format: 'GIF', width: view.getUint16(6, true), height: view.getUint16(8, true) };
  }
  throw new InputError('bad-picture', 'This file is not a picture that can be read. Choose a PNG, JPEG, WebP or GIF.');
}

function readPng(view: DataView): PictureHeader {
  const header = { format: 'PNG', width: view.getUint32(16), height: view.getUint32(20) } as const;
  // Chunk by chunk to IEND: length, type, data, checksum.
  for (let at = 8; at + 8 <= view.byteLength; at += 12 + view.getUint32(at)) {
    if (ascii(view, at + 4, 4) === 'IEND') return header;
  }
  throw cutShort('PNG');
}

function readJpeg(view: DataView): PictureHeader {
  let at = 2;
  while (at + 4 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) break;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    // SOF0…SOF15, but for DHT (C4), JPG (C8) and DAC (CC).
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      const header = { format: 'JPEG', height: view.getUint16(at + 5), width: view.getUint16(at + 7) } as const;
      if (!hasEnd(view, at)) throw cutShort('JPEG');
      return header;
    }
    at += 2 + view.getUint16(at + 2);
  }
  throw cutShort('JPEG');
}

/** Whether the end marker FFD9 stands anywhere after `from`; cameras append data after it. */
function hasEnd(view: DataView, from: number): boolean {
  for (let at = view.byteLength - 2; at > from; at--) {
    if (view.getUint8(at) === 0xff && view.getUint8(at + 1) === 0xd9) return true;
  }
  return false;
}

function readWebp(view: DataView): PictureHeader {
  if (view.getUint32(4, true) + 8 > view.byteLength) throw cutShort('WebP');
  switch (ascii(view, 12, 4)) {
    case 'VP8X': {
      const width = 1 + (view.getUint32(24, true) & 0xffffff);
      const height = 1 + (view.getUint16(27, true) | (view.getUint8(29) << 16));
      return { format: 'WebP', width, height };
    }
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return { format: 'WebP', width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
    }
    case 'VP8 ': {
      const width = view.getUint16(26, true) & 0x3fff;
      return { format: 'WebP', width, height: view.getUint16(28, true) & 0x3fff };
    }
    default:
      throw cutShort('WebP');
  }
}
