import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readText } from '../../../services/shared/policy/read-text.js';

function readOf(bytes: readonly number[] | Buffer) {
  const folder = emptyFolder();
  writeFileSync(join(folder, 'it'), Buffer.from(bytes));
  return readText(folder, 'it');
}

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'text-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('the text of a file is exactly what it holds, its byte order mark and a written replacement character too', () => {
  const text = '\ufeff// cité \ufffd 😀\r\n';
  expect(readOf(Buffer.from(text))).toEqual({ type: 'text', text });
});

test('the first byte that is not UTF-8 is named with its line and column, in the units of an editor', () => {
  const before = Buffer.from('// \ufffd\n// 😀 cit');
  const fault = { path: 'it:2:10', message: 'the byte 0xe9 is not UTF-8: save the file as UTF-8' };
  expect(readOf([...before, 0xe9, 0x0a, 0xe9])).toEqual({ type: 'bytes', fault });
});

test('a surrogate and a character that is cut off are not UTF-8 either', () => {
  for (const bytes of [
    [0xed, 0xa0, 0x80],
    [0x61, 0xe2, 0x82],
  ])
    expect(readOf(bytes).type).toBe('bytes');
});

test('what is no file is said and not waited for: a pipe, a folder, a link to nothing', () => {
  const folder = emptyFolder();
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  mkdirSync(join(folder, 'folder'));
  symlinkSync('nowhere', join(folder, 'link'));
  const messageOf = (path: string): unknown => readText(folder, path);
  const fault = (path: string, message: string) => ({ type: 'unreadable', fault: { path, message } });
  expect(messageOf('pipe')).toEqual(fault('pipe', 'is no file'));
  expect(messageOf('folder')).toEqual(fault('folder', 'is no file'));
  expect(messageOf('link')).toEqual(fault('link', 'a link to nothing'));
  expect(messageOf('none')).toEqual({ type: 'absent' });
});
