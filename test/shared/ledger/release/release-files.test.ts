import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { errorFrom } from '../../../../services/shared/kernel/errors.js';
import { parseOrgId } from '../../../../services/shared/kernel/ids.js';
import { LEDGER_OWNER } from '../../../../services/shared/ledger/command-content.js';
import {
  digestOfFiles,
  packRelease,
  parseContribution,
  unpackRelease,
} from '../../../../services/shared/ledger/release/release-files.js';

const europol = parseOrgId('europol');
const RULES = { 'export.cedar': 'permit (a);', 'import.cedar': 'permit (b);' };
const packed = (value: unknown): Uint8Array => gzipSync(JSON.stringify(value));
const codeOf = (bytes: Uint8Array, org = europol): string => {
  try {
    unpackRelease(bytes, org);
    return 'taken';
  } catch (thrown) {
    return errorFrom(thrown).code;
  }
};

describe('the files of a release', () => {
  test('a release holds what was packed, with its files by name', () => {
    const files = new Map([
      ['import.cedar', 'b'],
      ['export.cedar', 'a'],
      ['cases.yaml', 'c'],
    ]);
    const unpacked = unpackRelease(packRelease({ files, approvals: ['x.y.z'] }, europol), europol);
    expect([...unpacked.files]).toEqual([
      ['cases.yaml', 'c'],
      ['export.cedar', 'a'],
      ['import.cedar', 'b'],
    ]);
    expect(unpacked.approvals).toEqual(['x.y.z']);
    expect(digestOfFiles(unpacked.files)).toBe(digestOfFiles(files));
  });

  test('any name but those of the rules and cases of one organisation is refused', () => {
    for (const name of [
      '../federation/rules.cedar',
      'federation/rules.cedar',
      'EXPORT.cedar',
      'approvals.yaml',
      '',
    ])
      expect(codeOf(packed({ files: { ...RULES, [name]: 'x' }, approvals: [] })), name).toBe(
        'schema-invalid',
      );
  });

  test('a release without both rule files, with an unknown field, or with too many approvals is refused', () => {
    const approvals: readonly string[] = [];
    for (const value of [
      { files: { 'export.cedar': 'x' }, approvals },
      { files: { ...RULES, 'cases.yaml': 1 }, approvals },
      { files: RULES },
      { files: RULES, approvals, more: 1 },
      { files: RULES, approvals: Array.from({ length: 9 }, () => 'x') },
      [],
    ])
      expect(codeOf(packed(value))).toBe('schema-invalid');
  });

  test('a joint release holds what members contribute, each with its own files', () => {
    const texts = {
      'schema.cedarschema': 's',
      'federation/rules.cedar': 'r',
      'federation/members.yaml': 'm',
    };
    const content = {
      files: new Map(Object.entries(texts)),
      approvals: [],
      contributions: [{ statement: 'a.b.c', files: new Map(Object.entries(RULES)) }],
    };
    const { contributions } = unpackRelease(packRelease(content, LEDGER_OWNER), LEDGER_OWNER);
    expect(contributions).toEqual(content.contributions);
    const refused = [
      [],
      [{ statement: 1, files: RULES }],
      [{ statement: 'a.b.c', files: { ...RULES, 'federation/rules.cedar': 'x' } }],
      [{ statement: 'a.b.c', files: RULES, approvals: [] }],
      Array.from({ length: 65 }, () => ({ statement: 'a.b.c', files: RULES })),
    ];
    for (const contributed of refused)
      expect(codeOf(packed({ files: texts, approvals: [], contributions: contributed }), LEDGER_OWNER)).toBe(
        'schema-invalid',
      );
  });

  test('a contribution that any router could not pack is refused before it is signed or recorded', () => {
    const files = { ...RULES, 'cases.yaml': '#'.repeat(250_000) };
    expect(() => parseContribution({ statement: 'a.b.c', files })).toThrow('larger than 250,000 bytes');
    const noise = randomBytes(187_000).toString('base64');
    const largest = parseContribution({ statement: 'a.b.c', files: { ...RULES, 'cases.yaml': noise } });
    expect(packRelease({ ...largest, approvals: [] }, europol).length).toBeLessThan(256 * 1024);
  });

  test('a release of a member holds no contributions', () => {
    const contributions = [{ statement: 'a.b.c', files: RULES }];
    expect(codeOf(packed({ files: RULES, approvals: [], contributions }))).toBe('schema-invalid');
  });

  test('bytes that unpack to more than 2 MiB, or are more than 256 KiB, are refused before they are read', () => {
    const bomb = packed({ files: { ...RULES, 'export.cedar': ' '.repeat(4 * 1024 * 1024) }, approvals: [] });
    expect(bomb.length).toBeLessThan(16_384);
    expect(codeOf(bomb)).toBe('oversize');
    expect(codeOf(Buffer.alloc(256 * 1024 + 1))).toBe('oversize');
    expect(codeOf(Buffer.from('not gzip'))).toBe('schema-invalid');
    expect(codeOf(gzipSync('{"files":{},"files":{}}'))).toBe('json-hostile');
  });
});
