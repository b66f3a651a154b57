import { expect, test } from 'vitest';
import { compareHeld, type RecipientCopy } from '../../../../services/shared/workbench/diff/held.js';
import { attributes, bravo, charlie, loadWith, rule } from '../../policy/folder.js';
import { workspaceOf } from './versions.js';

const ID = '01890a5d-ac96-774b-bcce-b302099a8057';
const copy: RecipientCopy = {
  id: ID,
  jti: `${ID}.7`,
  attributes,
  recipient: bravo,
  sections: ['identity', 'judicial'],
  unsealed: [],
};
const OPEN = rule('permit (principal, action, resource);', 'open');
const noJudicial = `${OPEN}${rule('forbid (principal, action == Action::"disclose", resource) when { context.section == Section::"judicial" };', 'no-judicial')}`;
const closed = `${OPEN}${rule('forbid (principal, action, resource);', 'closed')}`;

function between(before: string, after: string) {
  const [old, now] = [before, after].map((text) => workspaceOf(loadWith({ 'alfa/export.cedar': text })));
  if (old === undefined || now === undefined) throw new Error('no workspace');
  const comparison = compareHeld(old, now);
  for (const each of [copy, { ...copy, recipient: charlie, sections: ['identity' as const] }])
    comparison.add(each);
  return comparison.result();
}

const found = { id: ID, jti: `${ID}.7`, kind: 'red', recipient: 'bravo' };

test('held comparison: the sections that the newer version would not give are listed by copy', () => {
  expect(between(OPEN, noJudicial)).toEqual({
    pairs: 2,
    overheld: [{ ...found, whole: false, sections: ['judicial'], already: false }],
  });
  expect(between(noJudicial, OPEN).overheld).toEqual([]);
});

test('held comparison: what the older version would not give either is marked', () => {
  expect(between(noJudicial, noJudicial).overheld).toMatchObject([{ recipient: 'bravo', already: true }]);
  expect(between(noJudicial, closed).overheld).toMatchObject([
    { recipient: 'bravo', whole: true, already: false },
    { recipient: 'charlie', whole: true, already: false },
  ]);
});
