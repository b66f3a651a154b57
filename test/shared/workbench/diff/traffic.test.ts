import { describe, expect, test } from 'vitest';
import type { Section } from '../../../../services/shared/notice/kinds.js';
import {
  compareTraffic,
  type RecordedNotice,
  type Traffic,
} from '../../../../services/shared/workbench/diff/traffic.js';
import { attributes, bravo, charlie, loadWith, rule } from '../../policy/folder.js';
import { diffOf, versionWith, workspaceOf } from './versions.js';

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

  describe('and the comparison of rules call a change the same', () => {
    const noSources = forbidSources('no-sources');
    const boundSources = OPEN.replace('action,', 'action in [Action::"receive", Action::"advertise"],')
      .concat(discloseAllBut('sources', 'most'))
      .concat(boundDisclosure('sources', 'bound'));
    const only = discloseAllBut('sources', 'most').concat(
      rule('permit (principal, action in [Action::"receive", Action::"advertise"], resource);', 'open'),
    );
    test.each([
      ['an obligation that comes along with a section only loosens', only, boundSources, 'loosened'],
      ['an obligation that goes with a section only tightens', boundSources, only, 'tightened'],
      ['an obligation of the notice that is lost only loosens', obliging(OPEN), OPEN, 'loosened'],
      ['an obligation of the notice that is gained only tightens', OPEN, obliging(OPEN), 'tightened'],
      ['a forbidden section only tightens', OPEN, OPEN + noSources, 'tightened'],
    ] as const)('%s', async (...[, before, after, type]) => {
      const { loosened, tightened } = between(before, after);
      expect({ loosened: loosened > 0, tightened: tightened > 0 }).toEqual({
        loosened: type === 'loosened',
        tightened: type === 'tightened',
      });
      const { changes } = await diffOf(
        versionWith({ 'alfa/export.cedar': before }),
        versionWith({ 'alfa/export.cedar': after }),
      );
      expect(new Set(changes.map((change) => change.type))).toEqual(new Set([type]));
    });
  });
});

function obliging(text: string): string {
  return text.replace('\n', '\n@obligation("ask-first")\n');
}

function forbidSources(id: string): string {
  return rule(
    'forbid (principal, action == Action::"disclose", resource) when { context.section == Section::"sources" };',
    id,
  );
}

function discloseAllBut(section: string, id: string): string {
  return rule(
    `permit (principal, action == Action::"disclose", resource) unless { context.section == Section::"${section}" };`,
    id,
  );
}

function boundDisclosure(section: string, id: string): string {
  return obliging(
    rule(
      `permit (principal, action == Action::"disclose", resource) when { context.section == Section::"${section}" };`,
      id,
    ),
  );
}
