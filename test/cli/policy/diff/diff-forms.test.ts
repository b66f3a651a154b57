import { describe, expect, test } from 'vitest';
import { diffMarkdown } from '../../../../services/cli/policy/diff/diff-markdown.js';
import { folder as shipped } from '../../../policies/sample.js';
import { copyOfPolicies } from '../copy-of-policies.js';
import { until } from '../../../support/until.js';
import { runLine } from '../run-line.js';

const PEERS = 'principal.groups.contains(Group::"biometric-peers")';

describe('policy diff --summary and --markdown', () => {
  const changed = (): string => {
    const { folder, change } = copyOfPolicies();
    change('europol/export.cedar', PEERS, `!${PEERS}`);
    return folder;
  };

  test('`--summary` prints the counts and a line for each organisation, loosenings first, and exits with 3', {
    tags: ['long'],
  }, async () => {
    const { code, stdout } = await runLine(['policy', 'diff', shipped, changed(), '--summary']);
    expect(code).toBe(3);
    const [counts, , loosened, tightened] = stdout.split('\n');
    expect(counts).toMatch(
      /^1 loosened, 1 tightened, 0 errors, 2 reason only; [\d,]+ decisions compared, complete$/,
    );
    expect(loosened).toMatch(/^europol +loosened +disclose biometrics +red .* europol → ameripol$/);
    expect(tightened).toMatch(/^europol +tightened +disclose biometrics +red .* europol → interpol$/);
    expect(stdout).toContain('1 of 1 loosenings not approved');
  });

  test('`--markdown` prints a table for each type of change and the missing approvals', {
    tags: ['long'],
  }, async () => {
    const { code, stdout } = await runLine(['policy', 'diff', shipped, changed(), '--markdown']);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^### Loosened: 1$/m);
    expect(stdout).toMatch(
      /^\| `[0-9a-f]{12}` \| europol, export \| disclose biometrics \| red, .* \| europol → ameripol \| now opened by eur-export-06-biometrics \| \*\*not approved\*\* \|$/m,
    );
    expect(stdout).toMatch(/^```yaml\n- \{ loosening: '[0-9a-f]{12}', approvedBy: /m);
  });

  test('`--markdown` escapes what a table or a page would read as markup', () => {
    const result = { changes: [], size: 1n, cut: ['a | b <script>'], approved: new Set<string>() };
    const text = diffMarkdown(result, { before: 'x|y', after: '<b>' });
    expect(text).toContain('## Policies: x\\|y → \\<b\\>');
    expect(text).toContain('* not analysed: a \\| b \\<script\\>');
  });

  test('`--markdown` asks for no entry in a file where members release their rules', () => {
    const change = { type: 'loosened', id: 'ab', org: 'europol', layer: 'export', permission: 'receive' };
    const changes = [{ ...change, section: null, kinds: [], rules: { before: [], after: [] } }];
    const result = { changes: changes as never, size: 1n, cut: [], approved: new Set<string>() };
    const text = diffMarkdown(result, { before: 'adopted', after: 'release.json', isReleased: true });
    expect(text).toContain('Approvers sign loosenings in a release');
    expect(text).not.toContain('approvals.yaml');
  });

  test('two of `--summary`, `--markdown` and `--member` are refused', async () => {
    const { code, stderr } = await runLine(['policy', 'diff', '--summary', '--markdown']);
    expect(code).toBe(2);
    expect(stderr).toContain('choose one');
  });
});

test('policy diff --watch: compares again after each change of the newer version, until it is stopped', {
  tags: ['long'],
}, async () => {
  const { folder, change } = copyOfPolicies();
  const stopping = new AbortController();
  let prints = 0;
  const ended = runLine(['policy', 'diff', shipped, folder, '--summary', '--watch'], {
    stopping: stopping.signal,
    onPrint: () => void (prints += 1),
  });
  await until('the first comparison', () => prints === 1);
  change('europol/export.cedar', PEERS, `!${PEERS}`);
  // A line and the second comparison.
  await until('the second comparison', () => prints === 3);
  stopping.abort('SIGINT');
  const { code, stdout } = await ended;
  expect(code).toBe(130);
  expect(stdout.match(/^\d+ loosened, \d+ tightened/gm)).toEqual([
    '0 loosened, 0 tightened',
    '1 loosened, 1 tightened',
  ]);
});

test('policy diff --watch: refuses a newer version that is a git revision', async () => {
  const { code, stderr } = await runLine(['policy', 'diff', shipped, 'HEAD', '--watch']);
  expect(code).toBe(2);
  expect(stderr).toContain('`HEAD` is not a folder of policies');
});
