import { expect, test } from 'vitest';
import { baseOf } from './base.ts';

const home = 'https://stories.test/app/';

test.each([
  ['', home],
  ['./', home],
  ['./models/owl', 'https://stories.test/app/models/owl/'],
  ['/models/owl/', 'https://stories.test/models/owl/'],
  ['https://books.test/owl', 'https://books.test/owl/'],
  [' https://books.test/owl/weights-manifest.json ', 'https://books.test/owl/'],
  ['wonder/owl-7b', 'https://huggingface.co/wonder/owl-7b/resolve/main/'],
  ['wonder/owl-7b@v1.2', 'https://huggingface.co/wonder/owl-7b/resolve/v1.2/'],
  ['wonder/owl@refs/pr/3', 'https://huggingface.co/wonder/owl/resolve/refs/pr/3/'],
])('%s lies at %s', (text, base) => {
  expect(baseOf(text, home)).toBe(base);
});

test.each(['file:///etc/', 'javascript:alert(1)', 'blob:https://a.test/1', 'http://'])('%s is no address', (text) => {
  expect(() => baseOf(text, home)).toThrow(/no address of a model.*owner\/name/);
});
