import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createOutput } from '../../../../services/cli/terminal/output.js';
import { checkText } from '../../../../services/cli/policy/check/check-text.js';
import { findingOf } from '../../../../services/shared/workbench/check/finding.js';
import { folderWith } from '../../../shared/policy/folder.js';

const { stdout, stderr } = process;
const output = { ...createOutput({ stdout, stderr, env: { NO_COLOR: '1' }, json: false }), width: 120 };
const at = (path: string) => ({ path, message: 'no kind `rde`, did you mean `red`' });

test('checkText: findings are grouped by file, each with its place, its line and a caret under the column', () => {
  const folder = folderWith({ 'alfa/export.cedar': '\n  Kind::"rde"\n', 'bravo/cases.yaml': 'x: y\n' });
  const findings = [
    findingOf('unknown-word', at('alfa/export.cedar:2:3')),
    findingOf('dead', at('alfa/export.cedar:2:9')),
    findingOf('cases', at('bravo/cases.yaml:1:4')),
  ];
  expect(checkText(findings, { folder, output })).toBe(
    [
      'alfa/export.cedar:2:3  error  no kind `rde`, did you mean `red`  unknown-word',
      '     2 │   Kind::"rde"',
      '       │   ^',
      'alfa/export.cedar:2:9  warning  no kind `rde`, did you mean `red`  dead',
      '     2 │   Kind::"rde"',
      '       │         ^',
      '',
      'bravo/cases.yaml:1:4  error  no kind `rde`, did you mean `red`  cases',
      '     1 │ x: y',
      '       │    ^',
      '',
      '2 errors, 1 warning',
    ].join('\n'),
  );
});

test('checkText: a missing file, and a line wider than the terminal, are shown without source', () => {
  const folder = folderWith({ 'alfa/export.cedar': 'x'.repeat(200) });
  const findings = ['alfa/export.cedar:1:1', 'alfa/import.yaml:1:1'].map((place) =>
    findingOf('cases', at(place)),
  );
  expect(checkText(findings, { folder, output })).not.toContain('│');
});

test('checkText: a stray file is shown without its source', () => {
  const folder = folderWith({ 'alfa/token.yaml': 'a secret' });
  expect(checkText([findingOf('stray', at('alfa/token.yaml'))], { folder, output })).not.toContain('secret');
});

test('checkText: a named pipe in place of a file does not block', () => {
  const folder = folderWith();
  execFileSync('mkfifo', [join(folder, 'alfa/cases.yaml')]);
  expect(checkText([findingOf('unreadable', at('alfa/cases.yaml'))], { folder, output })).not.toContain('│');
});

test('checkText: a tab is shown as one blank, so that the caret is under the column', () => {
  const folder = folderWith({ 'alfa/export.cedar': '\tKind::"rde"\n' });
  const text = checkText([findingOf('unknown-word', at('alfa/export.cedar:1:2'))], { folder, output });
  expect(text.split('\n').slice(1, 3)).toEqual(['     1 │  Kind::"rde"', '       │  ^']);
});

test('checkText: an empty list of findings is reported as `nothing to fix`', () => {
  expect(checkText([], { folder: folderWith(), output })).toBe('nothing to fix');
});
