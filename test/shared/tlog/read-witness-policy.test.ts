import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readWitnessPolicy } from '../../../services/shared/tlog/read-witness-policy.js';
import { formatVkey } from '../../../services/shared/tlog/vkey.js';
import { witnessKey } from './log-keys.js';

const file = join(mkdtempSync(join(tmpdir(), 'witnesses-')), 'policy');

function read(text: string): ReturnType<typeof readWitnessPolicy> {
  writeFileSync(file, text);
  return readWitnessPolicy(file);
}

async function policyOf(count: number, url = ''): Promise<string> {
  const names = Array.from({ length: count }, (_, at) => `w${at + 1}`);
  const keys = await Promise.all(names.map((name) => witnessKey(`${name}.example`)));
  const lines = names.map((name, at) => `witness ${name} ${formatVkey(keys[at]!.key)} ${url}\n`);
  return `${lines.join('')}group all any ${names.join(' ')}\nquorum all\n`;
}

describe('a pinned witness policy', () => {
  test('keeps the address of a witness that uses TLS or is on this machine', async () => {
    const urls = [
      'https://w.example/prefix',
      'http://localhost:8080',
      'http://127.0.0.1/w/',
      'http://[::1]:1',
    ];
    for (const url of urls) expect(read(await policyOf(1, url))?.witnesses.get('w1')?.url).toBe(url);
    expect(read(await policyOf(1))?.witnesses.get('w1')).not.toHaveProperty('url');
    expect(readWitnessPolicy('')).toBeUndefined();
  });

  test.each([
    'http://w.example/',
    'http://127.example/',
    'http://localhost.example/',
    'ftp://w.example/',
    'https://user@w.example/',
    'https://w.example/?a=b',
    'https://w.example/#a',
    'w.example',
  ])('refuses the address %s', async (url) => {
    const policy = await policyOf(1, url);
    expect(() => read(policy)).toThrow(/the address of witness `w1` is not `https:`/);
  });

  test('has at most 15 witnesses, because other readers of notes accept at most 16 signatures', async () => {
    const [most, more] = [await policyOf(15), await policyOf(16)];
    expect(read(most)?.witnesses.size).toBe(15);
    expect(() => read(more)).toThrow(/: more than 15 witnesses$/);
  });

  test('has no key with a name of more than 512 bytes: its cosignature would not fit into a published checkpoint', async () => {
    const lineOf = async (length: number): Promise<string> =>
      `witness w1 ${formatVkey((await witnessKey('w'.repeat(length))).key)}\nquorum w1\n`;
    const [most, more] = [await lineOf(512), await lineOf(513)];
    expect(read(most)?.witnesses.size).toBe(1);
    expect(() => read(more)).toThrow(/: the key of witness `w1` has a name of more than 512 bytes$/);
  });

  test('names the file, and each line that is wrong', () => {
    const fault = `witness policy \`${file}\`: line 1 begins with none of`;
    expect(() => read('witnes w1\nquorum all\n')).toThrow(fault);
    expect(() => read('witnes w1\nquorum all\n')).toThrow(
      '; line 2 names what no line before it defines; line 3 no quorum line',
    );
    expect(() => readWitnessPolicy(`${file}-none`)).toThrow(`\`${file}-none\` cannot be read: ENOENT`);
  });
});
