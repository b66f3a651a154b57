import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createOutput } from '../../../services/cli/terminal/output.js';
import { withheldText } from '../../../services/cli/policy/recheck/recheck-text.js';
import type { Contradiction } from '../../../services/shared/workbench/recheck/contradiction.js';
import { withheldDocument } from '../../../services/shared/workbench/recheck/recheck-document.js';
import { attributes, alfa, bravo } from '../../shared/policy/folder.js';
import { folder as shipped } from '../../policies/sample.js';
import { type Copy, copyOfPolicies } from './copy-of-policies.js';
import { runLine } from './run-line.js';

/** Adds a forbid to GCCPOL's import. */
function withForbid(condition: string): Copy {
  const copy = copyOfPolicies();
  appendFileSync(
    join(copy.folder, 'gccpol/import.cedar'),
    `\n@id("gcc-import-99")\n@reason("of a test")\nforbid (principal, action == Action::"receive", resource) when { ${condition} };\n`,
  );
  return copy;
}

const ONLY_CEDAR = 'ip("10.0.0.1").isLoopback() || resource.tlp == Tlp::"red"';
const ERRING = 'resource.minor && 9223372036854775807 + 1 > 0';

describe('policy diff', () => {
  test('a comparison states its recheck, with the seed', { tags: ['long'] }, async () => {
    const { folder } = withForbid('resource.tlp == Tlp::"red"');
    const text = await runLine(['policy', 'diff', shipped, folder, '--seed', '7']);
    expect(text.stdout).toMatch(
      /checked again with 1,800 random notices \([\d,]+ answers of the evaluator, [\d,]+ of Cedar\) in \d+\.\d s, seed 7\n/,
    );
    const { code, stdout } = await runLine(['policy', 'diff', shipped, folder, '--seed', '7', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ floor: { seed: 7, notices: 1800 } });
  });

  test('a condition that only Cedar evaluates: no verdict and exit code 5, unless `--allow-incomplete` is given', {
    tags: ['long'],
  }, async () => {
    const { folder } = withForbid(ONLY_CEDAR);
    const line = ['policy', 'diff', shipped, folder];
    const refused = await runLine(line);
    expect(refused.code).toBe(5);
    expect(refused.stdout).toContain('NO VERDICT the analysis is incomplete');
    expect(refused.stdout).not.toContain('TIGHTENED');
    const json = await runLine([...line, '--json']);
    expect([json.code, Object.keys(JSON.parse(json.stdout) as object).toSorted()]).toEqual([
      5,
      ['complete', 'contradictions', 'cut', 'floor'],
    ]);
    const allowed = await runLine([...line, '--allow-incomplete']);
    // The diff assumes that the condition may err, and lists the decisions that would then be errors.
    expect([allowed.code, allowed.stderr]).toEqual([
      1,
      expect.stringContaining('the analysis is incomplete: the verdict says nothing'),
    ]);
    expect(allowed.stdout).toContain('TIGHTENED');
    expect(allowed.stdout).toContain('NOT complete');
  });
});

describe('policy prove --no-errors', () => {
  test('of the shipped policies: every rule can be evaluated for every notice', {
    tags: ['long'],
  }, async () => {
    const { code, stdout } = await runLine([
      'policy',
      'prove',
      '--policies',
      shipped,
      '--no-errors',
      '--json',
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ holds: true, erring: [], floor: { notices: 4_200 } });
  });

  test('names a rule that errs for some notice, with that notice, and exits with 1', {
    tags: ['long'],
  }, async () => {
    const { folder } = withForbid(ERRING);
    const line = ['policy', 'prove', '--policies', folder, '--no-errors'];
    const { code, stdout } = await runLine([...line, '--allow-incomplete', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      erring: [
        {
          rule: 'gcc-import-99',
          place: expect.stringMatching(/^gccpol\/import\.cedar:\d+:1$/),
          layer: 'import',
          permission: 'receive',
          counterexample: { header: { minor: true }, to: 'gccpol', section: null },
        },
      ],
    });
  });
});

test('a contradiction is printed with the notice and with what each says, and no verdict', () => {
  const contradiction: Contradiction = {
    about: 'layer',
    version: 'after',
    permission: 'receive',
    layer: 'import',
    example: { header: attributes, from: alfa, to: bravo, section: null },
    analysis: 'allow by open',
    evaluator: 'deny by no-red',
    cedar: 'deny by no-red',
  };
  const counts = { seed: 7, notices: 300, decisions: 1, byCedar: 1, millis: 900 };
  const state = { cut: [], recheck: { ...counts, contradictions: [contradiction] } };
  const { stdout, stderr } = process;
  const { paint } = createOutput({ stdout, stderr, env: { NO_COLOR: '1' }, json: false });
  const text = withheldText(state, paint);
  expect(text).toContain('NO VERDICT the analysis contradicts the evaluator');
  expect(text).toContain('layer import, version after, receive, from alfa to bravo');
  expect(text).toContain(JSON.stringify(contradiction.example));
  expect(text).toMatch(
    /the analysis: allow by open\n {2}the evaluator: deny by no-red\n {2}Cedar: deny by no-red/,
  );
  expect(withheldDocument(state)).toEqual({
    complete: true,
    cut: [],
    floor: counts,
    contradictions: [contradiction],
  });
});
