import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readText } from '../../../services/shared/kernel/read-text.js';

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

test('policy file reader: the text is exact, with a byte order mark and a written replacement character', () => {
  const text = '\ufeff// cité \ufffd 😀\r\n';
  expect(readOf(Buffer.from(text))).toEqual({ type: 'text', text });
});

test('policy file reader: the first byte that is not UTF-8 is reported with its line and column in UTF-16 units', () => {
  const before = Buffer.from('// \ufffd\n// 😀 cit');
  const fault = { path: 'it:2:10', message: 'the byte 0xe9 is not UTF-8: save the file as UTF-8' };
  expect(readOf([...before, 0xe9, 0x0a, 0xe9])).toEqual({ type: 'bytes', fault });
});

test('policy file reader: a surrogate and a truncated character are not UTF-8', () => {
  for (const bytes of [
    [0xed, 0xa0, 0x80],
    [0x61, 0xe2, 0x82],
  ])
    expect(readOf(bytes).type).toBe('bytes');
});

test('policy file reader: a pipe, a folder and a dangling link are unreadable, without waiting for them', () => {
  const folder = emptyFolder();
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  mkdirSync(join(folder, 'folder'));
  symlinkSync('nowhere', join(folder, 'link'));
  const messageOf = (path: string): unknown => readText(folder, path);
  const fault = (path: string, message: string) => ({ type: 'unreadable', fault: { path, message } });
  expect(messageOf('pipe')).toEqual(fault('pipe', 'not a file'));
  expect(messageOf('folder')).toEqual(fault('folder', 'not a file'));
  expect(messageOf('link')).toEqual(fault('link', 'a link to nothing'));
  expect(messageOf('none')).toEqual({ type: 'absent' });
});

test('policy file reader: a link out of the folder is unreadable, as the file or as a parent folder; a link inside the folder is read', () => {
  const [folder, outside] = [emptyFolder(), emptyFolder()];
  writeFileSync(join(outside, 'token'), 'a secret');
  writeFileSync(join(folder, 'rules'), 'text');
  symlinkSync(join(outside, 'token'), join(folder, 'file'));
  symlinkSync(outside, join(folder, 'way'));
  symlinkSync('rules', join(folder, 'inside'));
  for (const path of ['file', 'way/token']) {
    const fault = { path, message: 'a link out of the folder' };
    expect(readText(folder, path)).toEqual({ type: 'unreadable', fault });
  }
  expect(readText(folder, 'inside')).toEqual({ type: 'text', text: 'text' });
  symlinkSync(folder, join(outside, 'folder'));
  expect(readText(join(outside, 'folder'), 'rules')).toEqual({ type: 'text', text: 'text' });
});

test('policy file reader: a file larger than 4 MiB is unreadable', () => {
  const message = 'larger than 4 MiB';
  expect(readOf(Buffer.alloc(4 * 1024 * 1024 + 1))).toEqual({
    type: 'unreadable',
    fault: { path: 'it', message },
  });
});
