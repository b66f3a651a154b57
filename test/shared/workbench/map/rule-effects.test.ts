import { expect, test } from 'vitest';
import { KINDS } from '../../../../services/shared/notice/kinds.js';
import { createPolicy } from '../../../../services/shared/policy/plan.js';
import { exampleAsked } from '../../../../services/shared/workbench/map/exchange-cells.js';
import { type RuleEffect, ruleEffects } from '../../../../services/shared/workbench/map/rule-effects.js';
import type { Workspace } from '../../../../services/shared/workbench/workspace.js';
import { rule } from '../../policy/folder.js';
import { workspaceOfRules } from '../workspace-of-rules.js';

const EVERYTHING = 'permit (principal, action, resource);';

/** Rules that open, close and withhold, alone and together, also by way of the handling note. */
const FILES: Readonly<Record<string, readonly string[]>> = {
  'alfa/export.cedar': [
    rule(
      'permit (principal, action == Action::"receive", resource) when { resource.kind == Kind::"red" };',
      'open-red',
    ),
    rule(
      'permit (principal, action == Action::"receive", resource) when { resource.kind != Kind::"blue" };',
      'open-not-blue',
    ),
    rule(
      'permit (principal, action == Action::"disclose", resource) when { context.section == Section::"identity" };',
      'identity',
    ),
    rule(
      'permit (principal, action == Action::"disclose", resource) unless { context.section == Section::"sources" };',
      'not-sources',
    ),
    rule(
      'permit (principal, action == Action::"advertise", resource) when { context.section == Section::"sources" };',
      'announce',
    ),
    rule('forbid (principal, action, resource) when { principal.id == OrgId::"charlie" };', 'not-charlie'),
    rule(
      'forbid (principal, action == Action::"disclose", resource) when { context.section == Section::"handlingNote" };',
      'no-note',
    ),
    rule(
      'forbid (principal, action == Action::"receive", resource) when { resource.kind == Kind::"black" };',
      'no-black',
    ),
  ],
  'bravo/import.cedar': [
    rule(EVERYTHING, 'bravo-all'),
    rule('forbid (principal, action == Action::"receive", resource) when { resource.minor };', 'no-minors'),
  ],
  'federation/rules.cedar': [
    rule(EVERYTHING, 'base'),
    rule(
      'forbid (principal, action == Action::"advertise", resource) when { resource.tlp == Tlp::"amber" };',
      'quiet',
    ),
  ],
};

function workspaceWithout(id: string): Workspace {
  const files = Object.entries(FILES).map(([path, rules]) => {
    return [path, rules.filter((text) => !text.includes(`@id("${id}")`)).join('\n')] as const;
  });
  return workspaceOfRules(Object.fromEntries(files));
}

/** Counts the routes that differ between two sets of rules, by loading both. */
function countedBetween(more: Workspace, less: Workspace): RuleEffect {
  const counts = { receive: 0, disclose: 0, advertise: 0 };
  for (const from of more.directory.organisations.keys())
    for (const kind of KINDS) {
      const asked = exampleAsked(from, kind, more);
      if (asked === undefined) continue;
      const [given, fewer] = [createPolicy(more).decide(asked), createPolicy(less).decide(asked)];
      given.forEach((decision, index) => {
        const other = fewer[index];
        if (other === undefined || decision.outcome === 'denied') return;
        if (other.outcome === 'denied') counts.receive += 1;
        else if (decision.sections.some((section) => !other.sections.includes(section))) counts.disclose += 1;
        else if (decision.advertised.some((section) => !other.advertised.includes(section)))
          counts.advertise += 1;
      });
    }
  return counts;
}

const ids = [
  'open-red',
  'open-not-blue',
  'identity',
  'not-sources',
  'announce',
  'not-charlie',
  'no-note',
  'no-black',
  'no-minors',
  'quiet',
];

test('the effect of each rule is what loading the folder without it changes', () => {
  const whole = workspaceWithout('none');
  const effects = ruleEffects(whole);
  const counted = ids.map((id) => {
    const without = workspaceWithout(id);
    const isForbid = whole.sets.rules.get(id)?.effect === 'forbid';
    return [id, isForbid ? countedBetween(without, whole) : countedBetween(whole, without)] as const;
  });
  expect(ids.map((id) => [id, effects[id]])).toEqual(counted);
  const seen = counted.map(([, { receive, disclose, advertise }]) => [receive, disclose, advertise]);
  expect([0, 1, 2].map((at) => seen.some((each) => (each[at] ?? 0) > 0))).toEqual([true, true, true]);
});
