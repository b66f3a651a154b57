import { describe, expect, test } from 'vitest';
import { approvalsOf, edited, idsIn, judgeSample, refusedFor } from './gate.js';

/** Each verdict takes some seconds, and several times that on a busy machine. */
const PATIENT_MS = 240_000;
const EXPORT = 'europol/export.cedar';
const CASES = 'europol/cases.yaml';
const APPROVALS = 'europol/approvals.yaml';
const conditions = (findings: readonly { readonly condition: string; readonly org: string }[]) =>
  [...new Set(findings.map(({ condition, org }) => `${org} ${condition}`))].toSorted();

describe('policy gate: policies are not adopted', () => {
  test(
    'no loosening is adopted while it is not approved or its approval has ended, and each is once its cases pass and it is approved',
    async () => {
      const edit = edited();
      edit.change(EXPORT, '[Source::"A", Source::"B"]', '[Source::"A", Source::"B", Source::"C"]');
      const first = refusedFor(await edit.judge());
      expect(conditions(first)).toEqual(['europol case', 'europol loosening']);
      const [loosening] = first;
      expect(loosening).toMatchObject({ place: APPROVALS });
      expect(loosening?.message).toMatch(
        /^europol\/export loosens disclose biometrics \(red, .*europol → interpol.*eur-export-06-biometrics/,
      );

      const broken = first.find(({ condition }) => condition === 'case');
      expect(broken?.place).toMatch(/^europol\/cases\.yaml:\d+:\d+$/);
      expect(broken?.message).toBe(
        'the case "biometrics need a source that is mostly reliable" fails for interpol',
      );

      edit.write(APPROVALS, approvalsOf(idsIn(first)));
      edit.change(CASES, 'source: C, information: "2"', 'source: X, information: "2"');
      expect(await edit.judge()).toEqual({ adopt: true, notes: [] });
      edit.write(APPROVALS, approvalsOf(idsIn(first), '2027-02-28'));
      expect(conditions(refusedFor(await edit.judge()))).toEqual(['europol loosening']);
    },
    PATIENT_MS,
  );

  test('several organisations change together and one of them loosens: nothing of the folder is adopted', {
    tags: ['long'],
  }, async () => {
    const edit = edited();
    edit.change(EXPORT, '[Source::"A", Source::"B"]', '[Source::"A"]');
    edit.change('gccpol/import.cedar', 'permit', '// edited\npermit');
    edit.change('interpol/import.cedar', 'forbid', 'permit');
    const findings = refusedFor(await edit.judge());
    expect(conditions(findings)).toContain('interpol loosening');
    expect(findings.filter(({ org }) => org === 'europol')).toEqual([]);
  });

  test('a change that breaks an invariant, or removes or changes one without approval of the federation, is not adopted', {
    tags: ['long'],
  }, async () => {
    const edit = edited();
    edit.change(EXPORT, 'Kind::"yellow", Kind::"orange"', 'Kind::"yellow", Kind::"blue", Kind::"orange"');
    const findings = refusedFor(await edit.judge());
    expect(conditions(findings)).toContain('federation invariant');
    expect(findings.find(({ condition }) => condition === 'invariant')?.message).toMatch(
      /^the invariant `europol-third-parties` does not hold, from europol to/,
    );
    const removed = edited();
    removed.change('federation/invariants.yaml', '- id: accreditation', '- id: accredited');
    const gone = refusedFor(await removed.judge());
    expect(gone.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^the invariant `accreditation` is removed without approval of `[0-9a-f]{12}`$/),
    ]);
  });

  test(
    'a change is not adopted when its analysis is incomplete',
    async () => {
      const edit = edited();
      const rule = `@id("eur-export-90")\n@reason("only Cedar evaluates this")\nforbid (principal, action == Action::"receive", resource)\nwhen { resource.kind == Kind::"red" && !ip("127.0.0.1").isLoopback() };\n`;
      edit.write(EXPORT, edit.read(EXPORT) + rule);
      expect(conditions(refusedFor(await edit.judge()))).toContain('federation incomplete');
    },
    PATIENT_MS,
  );

  test(
    'a folder in which `policy check` finds an error is not adopted, even if the file decides nothing',
    async () => {
      const edit = edited();
      edit.change(CASES, 'from: europol', 'from: euorpol');
      const findings = refusedFor(await edit.judge());
      expect(conditions(findings)).toEqual(['europol check']);
      expect(findings[0]).toMatchObject({
        place: expect.stringMatching(/^europol\/cases\.yaml:\d+:\d+$/),
        message: expect.stringContaining('europol'),
      });
    },
    PATIENT_MS,
  );
});

describe('policy gate: policies are adopted', () => {
  test(
    'rules that only tighten are adopted although a case fails, and so are others when only a case of another organisation fails',
    async () => {
      const edit = edited();
      edit.change('ecopol/cases.yaml', 'others: { deny: [] }', 'others: delivered');
      edit.change(EXPORT, '[Source::"A", Source::"B"]', '[Source::"A"]');
      const verdict = await edit.judge();
      expect(verdict.adopt).toBe(true);
      expect(verdict.adopt && conditions(verdict.notes)).toEqual(['ecopol case', 'europol case']);
    },
    PATIENT_MS,
  );

  test(
    'the first policies are adopted if `policy check` finds no error',
    async () => {
      const edit = edited();
      edit.change(EXPORT, '[Source::"A", Source::"B"]', '[Source::"A", Source::"B", Source::"C"]');
      expect(await edit.judge({ adopted: undefined })).toEqual({ adopt: true, notes: [] });
    },
    PATIENT_MS,
  );

  test(
    'the sample policies are adopted when judged against themselves',
    async () => {
      expect(await judgeSample()).toEqual({ adopt: true, notes: [] });
    },
    PATIENT_MS,
  );
});
