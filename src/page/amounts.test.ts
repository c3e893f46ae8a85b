import { expect, test } from 'vitest';
import { arrivingInWords, bytesInWords, secondsInWords } from './amounts.ts';

const progress = { loadedBytes: 2.1e9, totalBytes: 6.7e9 };

test('numbers in words', () => {
  expect([5.62e9, 6.4e8, 1].map(bytesInWords)).toEqual(['5.6 GB', '640 MB', '1 MB']);
  expect([10, 600, 9000].map(secondsInWords)).toEqual(['about a minute', 'about 10 minutes', 'about 3 hours']);
});

test('what arrives is told with its speed and the time that is left', () => {
  const words = (bytesPerSecond: number, secondsLeft: number) =>
    arrivingInWords({ ...progress, bytesPerSecond, secondsLeft }, false, 0);
  expect(words(11.2e6, 410)).toBe('2.1 GB of 6.7 GB, 11 MB a second, about 7 minutes left');
  expect(words(1.24e6, 70)).toBe('2.1 GB of 6.7 GB, 1.2 MB a second, about a minute left');
  expect(words(4e5, 20)).toBe('2.1 GB of 6.7 GB, 400 kB a second, less than a minute left');
  expect(words(4e5, 4)).toContain('a few seconds left');
  expect(arrivingInWords(progress, false, 0)).toBe('2.1 GB of 6.7 GB');
});

test.each([
  ['network', 8, 0, 'Waiting for the network; again in 8 s.'],
  ['network', 8, 5.5, 'Waiting for the network; again in 3 s.'],
  ['network', 8, 9, 'Waiting for the network; again now.'],
  ['server', 300, 0, 'The server is busy; again in 5 minutes.'],
  ['mirror', 0, 0, 'Trying another mirror.'],
  ['tab', 0, 3, 'Another tab is fetching it.'],
] as const)('while it waits for the %s, %d s that began %d s ago, that is said', (on, seconds, passed, said) => {
  const waiting = { on, seconds, why: 'https://a.test/x answered 503.' };
  expect(arrivingInWords({ ...progress, waiting }, false, passed)).toBe(`2.1 GB of 6.7 GB. ${said}`);
});

test('what the reader held up is not said to wait for anything else', () => {
  const waiting = { on: 'network', seconds: 8, why: '' } as const;
  expect(arrivingInWords({ ...progress, waiting }, true, 0)).toMatch(/^Paused at 2\.1 GB of 6\.7 GB\./);
});
