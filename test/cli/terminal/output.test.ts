import picocolors from 'picocolors';
import { expect, test } from 'vitest';
import { createOutput } from '../../../services/cli/terminal/output.js';

/** Returns an output and what was written, on a terminal or not. */
function written(isTTY: boolean) {
  const texts: string[] = [];
  const stream = { isTTY, write: (text: string) => texts.push(text) } as unknown as NodeJS.WriteStream;
  return { texts, output: createOutput({ stdout: stream, stderr: stream, env: {}, json: false }) };
}

const HOSTILE = 'a\u001b]0;title\u0007b\u001b[2Jc\u009b1Ad\re\u202ef';

test('a terminal gets no control characters from the text of a member, except for colours and line ends', () => {
  const { texts, output } = written(true);
  output.print(HOSTILE);
  output.note(HOSTILE);
  const harmless = 'a\uFFFD]0;title\uFFFDb\uFFFD[2Jc\uFFFD1Ad\uFFFDe\uFFFDf\n';
  expect(texts.splice(0)).toEqual([harmless, harmless]);
  output.print('\u001b[31mred\u001b[39m\n\tünïcode 👩‍👩‍👧');
  expect(texts).toEqual(['\u001b[31mred\u001b[39m\n\tünïcode 👩‍👩‍👧\n']);
});

test('a terminal obeys the styles that this program uses, and no other, so that no text can hide', () => {
  const { texts, output } = written(true);
  const { bold, dim, inverse, cyan, green, red, yellow } = picocolors.createColors(true);
  const styled = [bold, dim, inverse, cyan, green, red, yellow].map((style) => style(dim('a'))).join('');
  output.print(styled);
  expect(texts.splice(0)).toEqual([`${styled}\n`]);
  output.print('shown\u001b[8m\u001b[30;40m\u001b[m\u001b[1;8m\u001b[38;5;0m');
  expect(texts).toEqual(['shown\uFFFD[8m\uFFFD[30;40m\uFFFD[m\uFFFD[1;8m\uFFFD[38;5;0m\n']);
});

test('a pipe gets the text of a member unchanged', () => {
  const { texts, output } = written(false);
  output.print(HOSTILE);
  expect(texts).toEqual([`${HOSTILE}\n`]);
});
