/** Buffers that our kernels and the inference engine can share: sizes in multiples of 16 bytes. */
import { ANSWER_LIMIT_MS, inTime } from './in-time.ts';

/** STORAGE | COPY_SRC | COPY_DST, by number: the constants' global does not exist where there is no WebGPU. */
const shared = 0x80 | 0x04 | 0x08;
const staging = 0x01 | 0x08; // MAP_READ | COPY_DST
const mapRead = 0x01;

export function createBuffer(device: GPUDevice, label: string, sizeBytes: number): GPUBuffer {
  return device.createBuffer({ label, size: roundUp(Math.max(sizeBytes, 16)), usage: shared });
}

/** A buffer that holds `data`. */
export function createBufferFrom(device: GPUDevice, label: string, data: ArrayBufferView<ArrayBuffer>): GPUBuffer {
  const buffer = createBuffer(device, label, data.byteLength);
  upload(device, buffer, data);
  return buffer;
}

/** Writes `data`, whose size is a multiple of 4 bytes, at `offsetBytes`. */
export function upload(
  device: GPUDevice,
  buffer: GPUBuffer,
  data: ArrayBufferView<ArrayBuffer>,
  offsetBytes = 0,
): void {
  device.queue.writeBuffer(buffer, offsetBytes, data.buffer, data.byteOffset, data.byteLength);
}

/** Copies the first `sizeBytes`, a multiple of 4, of one buffer to `offsetBytes` of another. */
export function copy(
  device: GPUDevice,
  source: GPUBuffer,
  target: GPUBuffer,
  sizeBytes: number,
  offsetBytes: number,
): void {
  const encoder = device.createCommandEncoder({ label: 'copy' });
  encoder.copyBufferToBuffer(source, 0, target, offsetBytes, sizeBytes);
  device.queue.submit([encoder.finish()]);
}

/** Copies `sizeBytes`, a multiple of 4, from the GPU; waits for all work submitted before. */
export async function readBack(
  device: GPUDevice,
  source: GPUBuffer,
  sizeBytes: number,
  offsetBytes = 0,
): Promise<ArrayBuffer> {
  const target = device.createBuffer({ label: 'read back', size: roundUp(sizeBytes), usage: staging });
  try {
    const encoder = device.createCommandEncoder({ label: 'read back' });
    encoder.copyBufferToBuffer(source, offsetBytes, target, 0, sizeBytes);
    device.queue.submit([encoder.finish()]);
    await inTime('Reading from the GPU', ANSWER_LIMIT_MS, target.mapAsync(mapRead));
    return target.getMappedRange().slice(0, sizeBytes);
  } finally {
    target.destroy();
  }
}

function roundUp(sizeBytes: number): number {
  return Math.ceil(sizeBytes / 16) * 16;
}
