import { expect, test } from 'vitest';
import { whyOf } from '../../../../services/cli/policy/diff/diff-words.js';
import { breakGlassOf } from '../../../../services/shared/workbench/diff/break-glass.js';
import { loosenedText } from '../../../../services/shared/workbench/gate/loosened-text.js';
import { rule } from '../../policy/folder.js';
import { diffOf, versionWith } from './versions.js';

const EXPORT = 'alfa/export.cedar';
const OPEN = rule('permit (principal, action, resource);', 'open');
const closed = (unless: string): string =>
  OPEN + rule(`forbid (principal, action == Action::"receive", resource)${unless};`, 'closed');
const BROKEN = ' unless { resource has breakGlass && resource.breakGlass == BreakGlass::"escape" }';

test('policy diff: a rule that opens for break-glass loosens, and the finding names the reason', async () => {
  const { changes } = await diffOf(
    versionWith({ [EXPORT]: closed('') }),
    versionWith({ [EXPORT]: closed(BROKEN) }),
  );
  const [change] = changes;
  if (change === undefined || changes.length > 1) return expect.fail(JSON.stringify(changes));
  expect(change).toMatchObject({ type: 'loosened', org: 'alfa', permission: 'receive' });
  expect(change.kinds.map(({ counterexample }) => counterexample.header.breakGlass)).toEqual(
    change.kinds.map(() => 'escape'),
  );
  expect(whyOf(change)).toContain('plainest notice: break-glass for escape');
  expect(loosenedText([change])).toContain('the plainest notice uses break-glass for `escape`');
});

test('policy diff: a rule that also opens without break-glass names no reason', async () => {
  const minor = ' unless { resource.minor || resource has breakGlass }';
  const { changes } = await diffOf(
    versionWith({ [EXPORT]: closed('') }),
    versionWith({ [EXPORT]: closed(minor) }),
  );
  expect(changes.map(breakGlassOf)).toEqual(changes.map(() => undefined));
  expect(changes).toHaveLength(1);
});
