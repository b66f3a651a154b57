import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { PreviewResult } from '../../../services/cli/notice/preview-table.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { copyOfPolicies } from './copy-of-policies.js';
import { runLine } from './run-line.js';

const RED = join(projectRoot, 'proto/examples/red.json');

describe('policy who-sees', () => {
  test('prints organisations × sections, and why some receive nothing', async () => {
    const { code, stdout } = await runLine(['policy', 'who-sees', RED, '--from', 'europol']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ +interpol +afripol +ameripol +aseanapol +gccpol +ecopol$/m);
    expect(stdout).toMatch(/^biometrics +● +· +○ +· +● +·$/m);
    expect(stdout).toContain('denied ecopol     federation federation-01-classification');
  });

  test('prints an error in a draft with the name of its file', async () => {
    const file = join(copyOfPolicies().folder, 'draft.json');
    writeFileSync(file, '[]');
    for (const words of [['who-sees'], ['explain', '--to', 'gccpol']]) {
      const { code, stderr } = await runLine(['policy', ...words, file, '--from', 'europol']);
      expect([code, stderr]).toEqual([2, `error [schema-invalid] \`${file}\`: must be object\n`]);
    }
  });

  test('prints every error of a draft on its own line, including nested places', async () => {
    const file = join(copyOfPolicies().folder, 'draft.json');
    const { header, sections } = JSON.parse(readFileSync(RED, 'utf8')) as Record<string, object>;
    const identity = { sex: 'unheard of', remarks: 7 };
    writeFileSync(
      file,
      JSON.stringify({ header: { ...header, minor: 0 }, sections: { ...sections, identity } }),
    );
    const { stderr } = await runLine(['policy', 'who-sees', file, '--from', 'europol']);
    expect(stderr.split('\n')).toEqual([
      `error [schema-invalid] \`${file}\`: \`/header/minor\`: must be boolean; and 3 more`,
      '  /sections/identity: expected familyName or entityName',
      '  /sections/identity/remarks: must be string',
      '  /sections/identity/sex: expected one of female, male, other, unknown',
      '',
    ]);
  });

  test('prints with `--rules` the rule, or the layer without one, in each cell, within the width', async () => {
    const words = ['policy', 'who-sees', RED, '--from', 'europol', '--rules'];
    const { stdout } = await runLine(words, { width: 80 });
    expect(stdout).toMatch(/^biometrics +● eur-export-06-biometrics +○ export$/m);
    expect(stdout).toMatch(/^judicial +○ eur-export-09-h1-judicial$/m);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('prints with `--json` the header and an entry for each recipient, in the order of the directory', async () => {
    const { stdout } = await runLine(['policy', 'who-sees', RED, '--from', 'europol', '--json']);
    const { header, recipients } = JSON.parse(stdout) as PreviewResult;
    expect(header).toEqual((JSON.parse(readFileSync(RED, 'utf8')) as PreviewResult).header);
    expect(recipients.map(({ org }) => org)).toEqual([
      'interpol',
      'afripol',
      'ameripol',
      'aseanapol',
      'gccpol',
      'ecopol',
    ]);
    expect(recipients[5]).toEqual({
      org: 'ecopol',
      outcome: 'denied',
      layer: 'federation',
      rule: 'federation-01-classification',
      sections: {},
    });
  });

  test('notes each name in a draft that is not a member', async () => {
    const path = join(copyOfPolicies().folder, 'draft.json');
    writeFileSync(path, readFileSync(RED, 'utf8').replace('"all"', '["interpl", "gccpol"]'));
    const { code, stderr } = await runLine(['policy', 'who-sees', path, '--from', 'europol']);
    expect(code).toBe(0);
    expect(stderr).toBe('note `/header/addressees`: `interpl` is not a member, did you mean `interpol`\n');
  });

  test('refuses a call without an originator, and a draft that the gateway would refuse', async () => {
    expect(await runLine(['policy', 'who-sees', RED])).toMatchObject({ code: 2 });
    const path = join(copyOfPolicies().folder, 'draft.json');
    writeFileSync(path, readFileSync(RED, 'utf8').replace('"arrest"', '"arest"'));
    const { code, stderr } = await runLine(['policy', 'who-sees', path, '--from', 'europol']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('did you mean `arrest`')]);
  });
});
