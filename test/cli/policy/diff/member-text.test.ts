import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folder as shipped } from '../../../policies/sample.js';
import { copyWithMember } from '../accession.js';
import { runLine } from '../run-line.js';

const OTHERS = ['interpol', 'europol', 'afripol', 'ameripol', 'aseanapol', 'gccpol', 'ecopol'];
const OWNERS = ['federation', 'caricompol', ...OTHERS];

const diff = (folder: string, ...more: readonly string[]) =>
  runLine(['policy', 'diff', shipped, folder, '--member', 'caricompol', ...more], { width: 120 });

interface Shown {
  readonly loosened: readonly { readonly id: string }[];
  readonly accession: {
    readonly parts: readonly { readonly approved: boolean; readonly loosenings: readonly string[] }[];
  };
}

/** Writes each entry of the page into the file that it names, with names, reason and end. */
function approve(folder: string, page: string): readonly string[] {
  const entries = [...page.matchAll(/^(\S+)\/approvals\.yaml\n {2}(- \{ accession: .*)$/gm)];
  for (const [, org = '', line = ''] of entries) {
    const signed = line
      .replace('[<name>, <another>]', '[Ada, Ben]')
      .replace('<why>', 'joins')
      .replace('<yyyy-mm-dd>', '2099-12-31');
    writeFileSync(join(folder, org, 'approvals.yaml'), `${signed}\n`);
  }
  return entries.map(([, org = '']) => org);
}

/** Fails unless the page lists each other member in both directions, with the rules of both. */
function expectPage(page: string): void {
  expect(page.split('\n').length).toBeLessThan(120);
  const [, receives = '', gives = ''] = page.split(/caricompol (?:RECEIVES|GIVES)\n/);
  for (const other of OTHERS)
    for (const part of [receives, gives]) expect(part).toMatch(new RegExp(`^${other} +\\S`, 'm'));
  expect(receives).toContain('ipl-export-01-police-purpose');
  expect(gives).toContain('cari-export-01-interpol');
  expect(page).toMatch(/^covers [\d,]+ decisions .*, complete$/m);
}

test('policy diff --member: an accession is one page, and one entry an organisation approves it until a rule opens more', {
  tags: ['long'],
}, async () => {
  const copy = copyWithMember();
  const unapproved = await diff(copy.folder);
  expect(unapproved.code).toBe(3);
  expectPage(unapproved.stdout);

  expect(approve(copy.folder, unapproved.stdout).toSorted()).toEqual(OWNERS.toSorted());
  const approved = await diff(copy.folder, '--json');
  expect([approved.code, approved.stderr]).toEqual([0, expect.not.stringContaining('approvals.yaml')]);
  const { accession, loosened } = JSON.parse(approved.stdout) as Shown;
  const ids = new Set(loosened.map(({ id }) => id));
  expect(ids.size).toBeGreaterThan(150);
  expect(new Set(accession.parts.flatMap(({ loosenings }) => loosenings))).toEqual(ids);
  expect(accession.parts.filter((part) => !part.approved)).toEqual([]);

  copy.change(
    'europol/export.cedar',
    'principal.agreements.contains(OrgId::"europol")',
    '(principal.agreements.contains(OrgId::"europol") || principal.id == OrgId::"caricompol")',
  );
  const changed = await diff(copy.folder);
  expect(changed.code).toBe(3);
  expect(changed.stderr).toContain(
    'the accession of `caricompol` loosens more or less than europol approved: approve its new digest',
  );
  expect(changed.stdout).toContain('1 of 9 have not approved');
});

test('policy diff --member: a name of no member is refused with the nearest', async () => {
  const { code, stderr } = await runLine(['policy', 'diff', shipped, shipped, '--member', 'uropol']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('did you mean `europol`')]);
});
