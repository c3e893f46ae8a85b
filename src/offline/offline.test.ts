import { expect, test } from 'vitest';
import { isNeeded } from './engines.ts';

test('a browser fetches the engines it can come to need, and no other', () => {
  const builds = ['', '.jspi', '.asyncify', '.jsep'].map((build) => `ort/ort-wasm-simd-threaded${build}.wasm`);
  const needed = (webgpu: boolean, jspi: boolean) => builds.filter((url) => isNeeded(url, { webgpu, jspi }));
  expect(needed(true, true)).toEqual([builds[0], builds[1]]);
  expect(needed(true, false)).toEqual([builds[0], builds[2]]);
  expect(needed(false, true)).toEqual([builds[0]]);
  expect(isNeeded('assets/page-3fa.js', { webgpu: false, jspi: false })).toBe(true);
});
