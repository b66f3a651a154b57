import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Counterexample } from '../../../services/shared/workbench/space/counterexample.js';
import { folder as shipped } from '../../policies/sample.js';
import { type Copy, copyOfPolicies } from './copy-of-policies.js';
import { runLine } from './run-line.js';

const isRepository = existsSync(join(shipped, '../.git'));

interface Entry {
  readonly id: string;
  readonly org: string;
  readonly layer: string;
  readonly permission: string;
  readonly kind: string;
  readonly section: string | null;
  readonly rules: { readonly before: readonly string[]; readonly after: readonly string[] };
  readonly obligation?: string;
  readonly approved?: boolean;
  readonly counterexample: Counterexample;
  readonly routes: readonly { readonly from: string; readonly to: string }[];
}
interface Document {
  readonly domain: { readonly size: number; readonly complete: boolean; readonly cut: readonly string[] };
  readonly loosened: readonly Entry[];
  readonly tightened: readonly Entry[];
  readonly reasonOnly: readonly Entry[];
}

const CONDITION = '  principal.groups.contains(Group::"biometric-peers") &&\n';

/** The shipped policies with one condition removed: Europol discloses biometrics to all, not only to peers. */
function withoutCondition(): Copy {
  const copy = copyOfPolicies();
  copy.change('europol/export.cedar', CONDITION, '');
  return copy;
}

async function diff(copy: Copy): Promise<{ readonly code: number; readonly document: Document }> {
  const { code, stdout } = await runLine(['policy', 'diff', copy.folder, '--exhaustive', '--json']);
  return { code, document: JSON.parse(stdout) as Document };
}

function approve(
  copy: Copy,
  { org, ids, until }: { org: string; ids: readonly string[]; until: string },
): void {
  const lines = ids.map(
    (id) =>
      `- { loosening: '${id}', approvedBy: [Ada Example, Ben Example], reason: agreed, until: ${until} }\n`,
  );
  writeFileSync(join(copy.folder, org, 'approvals.yaml'), lines.join(''));
}

/** Returns whether `policy explain` discloses the section of a counterexample by the rules of a folder. */
async function isGiven(counterexample: Counterexample, policies: string): Promise<boolean> {
  const { folder } = copyOfPolicies();
  const file = join(folder, 'counterexample.json');
  writeFileSync(file, JSON.stringify(counterexample));
  const { stdout } = await runLine(['policy', 'explain', file, '--policies', policies, '--json']);
  const { decision } = JSON.parse(stdout) as { decision: { outcome: string; sections: readonly string[] } };
  return decision.sections.includes(counterexample.section ?? '');
}

describe('policy diff <copy with one condition removed> --exhaustive --json', () => {
  test('exits with 3 for a loosening, whose counterexample `policy explain` confirms', {
    tags: ['long'],
  }, async () => {
    const copy = withoutCondition();
    const { code, document } = await diff(copy);
    expect(code).toBe(3);
    expect(document.domain).toMatchObject({ complete: true, cut: [] });
    expect(document.domain.size).toBeGreaterThan(10_000_000_000);
    expect(document.tightened).toEqual([]);
    expect(document.loosened.map(({ kind }) => kind)).toEqual(['red', 'yellow', 'blue', 'black', 'green']);
    for (const entry of document.loosened) {
      expect(entry).toMatchObject({
        id: expect.stringMatching(/^[0-9a-f]{12}$/),
        org: 'europol',
        layer: 'export',
        permission: 'disclose',
        section: 'biometrics',
        rules: { before: [], after: ['eur-export-06-biometrics'] },
        approved: false,
        routes: [{ from: 'europol', to: 'ameripol' }],
      });
    }
    for (const { counterexample } of [document.loosened[0]!, document.loosened.at(-1)!]) {
      expect(await isGiven(counterexample, shipped)).toBe(false);
      expect(await isGiven(counterexample, copy.folder)).toBe(true);
    }
  });

  test('exits with 0 once two people approved the loosening', { tags: ['long'] }, async () => {
    const copy = withoutCondition();
    const before = await diff(copy);
    const ids = [...new Set(before.document.loosened.map(({ id }) => id))];
    approve(copy, { org: 'europol', ids, until: '2999-12-31' });
    const { code, document } = await diff(copy);
    expect(code).toBe(0);
    expect(document.loosened.map(({ approved }) => approved)).toEqual(
      before.document.loosened.map(() => true),
    );
    approve(copy, { org: 'europol', ids, until: '2020-12-31' });
    expect((await diff(copy)).code).toBe(3);
  });

  test('exits with 0 for an added forbid, which only tightens', { tags: ['long'] }, async () => {
    const copy = copyOfPolicies();
    appendFileSync(
      join(copy.folder, 'gccpol/import.cedar'),
      '\n@id("gcc-import-99")\n@reason("nothing that names its readers")\nforbid (principal, action == Action::"receive", resource) when { resource.tlp == Tlp::"red" };\n',
    );
    const { code, document } = await diff(copy);
    expect(code).toBe(0);
    expect(document.loosened).toEqual([]);
    expect(document.tightened.length).toBeGreaterThan(0);
    for (const entry of document.tightened) {
      expect(entry).toMatchObject({ org: 'gccpol', layer: 'import', section: null });
      expect(entry.rules).toEqual({ before: [], after: ['gcc-import-99'] });
    }
  });

  test('reports a removed obligation as a loosening', { tags: ['long'] }, async () => {
    const copy = copyOfPolicies();
    copy.change('ecopol/import.cedar', '@obligation("return-in-kind")\n', '');
    const { code, document } = await diff(copy);
    expect(code).toBe(3);
    expect(document.loosened[0]).toMatchObject({
      org: 'ecopol',
      permission: 'receive',
      rules: { before: ['eco-import-01-interpol'], after: [] },
      obligation: 'return-in-kind',
    });
    expect(document.tightened).toEqual([]);
  });
});

describe('policy diff', () => {
  test('prints what loosens, for whom, by which rule, and the command that explains it', async () => {
    const copy = withoutCondition();
    const { code, stdout, stderr } = await runLine(['policy', 'diff', shipped, copy.folder]);
    expect([code, stderr]).toEqual([3, '']);
    expect(stdout).toContain('LOOSENED 1 more is disclosed, or fewer obligations apply');
    expect(stdout).toMatch(/europol {6}disclose biometrics {2}red yellow blue black/);
    expect(stdout).toMatch(/✗ not approved {2}export/);
    expect(stdout).toMatch(/europol → ameripol {2}now opened by\n/);
    expect(stdout).toContain(`policy explain - --policies ${copy.folder}`);
    expect(stdout).toMatch(
      /covers [\d,]+ decisions that the rules can distinguish \(compared symbolically, ADR 0010\), complete/,
    );
    expect(stdout).toContain('two people of europol approve one in europol/approvals.yaml:');
  });

  test('prints, for each organisation with a loosening, the file in which two of its people approve it', {
    tags: ['long'],
  }, async () => {
    const copy = withoutCondition();
    copy.change('ecopol/import.cedar', '@obligation("return-in-kind")\n', '');
    const { stdout } = await runLine(['policy', 'diff', shipped, copy.folder]);
    for (const org of ['europol', 'ecopol']) {
      expect(stdout).toMatch(
        new RegExp(
          `two people of ${org} approve one in ${org}/approvals.yaml:\n {2}- { loosening: '[0-9a-f]{12}', `,
        ),
      );
    }
  });

  test('refuses a folder that neither is nor contains a folder of policies', async () => {
    const outside = join(copyOfPolicies().folder, 'outside');
    mkdirSync(outside);
    const { code, stderr } = await runLine(['policy', 'diff', outside]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('is not a folder of policies')]);
  });

  test.skipIf(!isRepository)('reads a git revision, and a folder that contains one', async () => {
    const { code, stdout } = await runLine(['policy', 'diff', 'HEAD', join(shipped, '..'), '--json']);
    expect([0, 3]).toContain(code);
    expect(JSON.parse(stdout)).toMatchObject({ domain: { complete: true } });
  });

  test('refuses an unknown version with the nearest name, and names the version that does not load', async () => {
    const unknown = await runLine(['policy', 'diff', 'HAED']);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain(
      '`HAED` is neither a folder of policies nor a git revision, did you mean `HEAD`',
    );
    const copy = copyOfPolicies();
    copy.change('europol/export.cedar', 'Group::"judicial-channel"', 'Group::"judical-channel"');
    const faulty = await runLine(['policy', 'diff', copy.folder]);
    expect(faulty.code).toBe(2);
    expect(faulty.stderr).toContain(`\`${copy.folder}\`: europol/export.cedar:49:29: `);
  });

  test('refuses an invalid approval, with its place', async () => {
    const copy = withoutCondition();
    writeFileSync(join(copy.folder, 'europol/approvals.yaml'), '- { loosening: 0123456789ab, by: [Ada] }\n');
    const { code, stderr } = await runLine(['policy', 'diff', copy.folder]);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('europol/approvals.yaml:1:30: unknown field `by`'),
    ]);
  });

  test('exits with 130 when it is stopped', async () => {
    const { code, stdout } = await runLine(['policy', 'diff', copyOfPolicies().folder], {
      stopping: AbortSignal.abort('SIGINT'),
    });
    expect([code, stdout]).toEqual([130, '']);
  });
});
