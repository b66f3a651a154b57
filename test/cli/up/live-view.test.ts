import fc from 'fast-check';
import picocolors from 'picocolors';
import { expect, test } from 'vitest';
import { createOutput, visible } from '../../../services/cli/terminal/output.js';
import { createLiveView, federationTable } from '../../../services/cli/up/live-view.js';

const plain = picocolors.createColors(false);
const europol = {
  org: 'europol',
  submitted: 12,
  delivered: 30,
  redacted: 28,
  denied: 26,
  sections: ['biometrics', 'description', 'documents', 'identity', 'media'],
  rules: [
    ['federation-01-classification', 31],
    ['eur-import-03-unreliable', 4],
  ],
} as const;

const lines = (width: number): readonly string[] =>
  federationTable([europol], { paint: plain, width })
    .split('\n')
    .map((line) => line.slice(45));

test('the table of `up` shows every section and rule where they fit', () => {
  expect(lines(200)[1]).toBe(
    'biometrics description documents identity media · federation-01-classification ×31 eur-import-03-unreliable ×4',
  );
});

test('the table of `up` cuts the sections first, and keeps the rule that denied most', () => {
  expect(lines(104)[1]).toBe('biometrics … · federation-01-classification ×31');
  expect(lines(70)[1]).toBe('federation-01-classific…');
});

const word = fc.stringMatching(/^[a-z]{1,20}$/);

test('the table of `up` has one line for each organisation, within the width of the terminal', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ sections: fc.array(word), rules: fc.array(fc.tuple(word, fc.nat(9_999))) })),
      fc.integer({ min: 70, max: 200 }),
      (whys, width) => {
        const rows = whys.map((why) => ({ ...europol, ...why }));
        const drawn = federationTable(rows, { paint: picocolors.createColors(true), width }).split('\n');
        expect(drawn).toHaveLength(rows.length + 1);
        for (const line of drawn) expect(visible(line).length).toBeLessThan(width);
      },
    ),
  );
});

test('the live view of `up` is redrawn in place after the terminal became narrower and wrapped its lines', () => {
  const stdout = { isTTY: true, columns: 80 };
  const streams = { stdout: stdout as NodeJS.WriteStream, stderr: process.stderr };
  const output = createOutput({ ...streams, env: { NO_COLOR: '1' }, json: false });
  const written: string[] = [];
  const view = createLiveView(output, (text) => void written.push(text));
  view.draw(['x'.repeat(79), 'y'.repeat(41), ''].join('\n'));
  stdout.columns = 40;
  expect(output.width).toBe(40);
  view.draw('z');
  // Two rows each for the first two lines, and one for the empty line.
  expect(written[1]).toBe('\u001b[5A\u001b[0Jz\n');
});
