import { expect, test } from 'vitest';
import { createDiffProgress } from '../../../../services/cli/policy/diff/diff-progress.js';

const CLEAR = '\r\u001b[K';

async function shownAt(width: number): Promise<string> {
  const lines: string[] = [];
  const stopping = new AbortController().signal;
  const progress = createDiffProgress({ line: (text) => lines.push(text), width, stopping, now: () => 0 });
  await progress.show({ routes: 3, of: 42, decisions: 5_000_000_000n });
  return lines.join('').replace(CLEAR, '');
}

test('createDiffProgress: the line is cut to the width of the terminal', async () => {
  expect(await shownAt(120)).toMatch(/^route 3 of 42: 5,000 million decisions covered, .*\/s$/);
  expect(await shownAt(40)).toBe('route 3 of 42: 5,000 million decisions ');
  expect(await shownAt(0)).toBe('');
});
