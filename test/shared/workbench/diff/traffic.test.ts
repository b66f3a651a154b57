import { describe, expect, test } from 'vitest';
import type { Section } from '../../../../services/shared/notice/kinds.js';
import {
  compareTraffic,
  type RecordedNotice,
  type Traffic,
} from '../../../../services/shared/workbench/diff/traffic.js';
import { attributes, bravo, charlie, loadWith, rule } from '../../policy/folder.js';
import { workspaceOf } from './versions.js';

const OPEN = rule('permit (principal, action, resource);', 'open');
const sections: readonly Section[] = ['identity', 'sources'];
const recorded: RecordedNotice = { attributes, sections, recipients: [bravo, charlie] };

function between(before: string, after: string, notices = [recorded]): Traffic {
  const [old, now] = [before, after].map((text) => workspaceOf(loadWith({ 'alfa/export.cedar': text })));
  if (old === undefined || now === undefined) throw new Error('no workspace');
  const comparison = compareTraffic(old, now);
  for (const notice of notices) comparison.add(notice);
  return comparison.result();
}

describe('traffic comparison', () => {
  test('decisions repeated by the same rules are equal, and counted', () => {
    expect(between(OPEN, OPEN)).toEqual({
      decisions: 2,
      loosened: 0,
      tightened: 0,
      reasonOnly: 0,
      routes: [],
    });
  });

  test('loosened and tightened decisions are counted by recipient and kind, with what is given', () => {
    const noSources = `${OPEN}${rule('forbid (principal, action == Action::"disclose", resource) when { context.section == Section::"sources" && principal.id == OrgId::"bravo" };', 'no-sources')}`;
    const route = { from: 'alfa', to: 'bravo', kind: 'red' };
    expect(between(OPEN, noSources, [recorded, recorded])).toMatchObject({
      decisions: 4,
      loosened: 0,
      tightened: 2,
      routes: [{ ...route, loosened: 0, tightened: 2 }],
    });
    expect(between(noSources, OPEN).routes).toEqual([{ ...route, loosened: 1, tightened: 0 }]);
  });

  test('a lost obligation is a loosening, another deciding rule is a change of reason', () => {
    const bound = OPEN.replace('\n', '\n@obligation("ask-first")\n');
    expect(between(bound, OPEN)).toMatchObject({ loosened: 2, tightened: 0, reasonOnly: 0 });
    expect(between(OPEN, OPEN.replace('"open"', '"other"'))).toMatchObject({ loosened: 0, reasonOnly: 2 });
  });

  test('a notice with a listed audience is addressed to exactly the recorded recipients', () => {
    const listed: RecordedNotice = { ...recorded, attributes: { ...attributes, audience: 'listed' } };
    const none = rule('forbid (principal, action, resource);', 'none');
    expect(between(OPEN, none, [listed])).toMatchObject({ decisions: 2, tightened: 2 });
  });
});
