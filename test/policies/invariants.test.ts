import { readFileSync } from 'node:fs';
import { type PolicyJson, policyToJson } from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { SECTIONS, type Section } from '../../services/shared/notice/kinds.js';
import { createCedarSlots } from '../../services/shared/policy/cedar-engine.js';
import { createCompiledEngine } from '../../services/shared/policy/compiled-engine.js';
import type { Decision } from '../../services/shared/policy/decision.js';
import type { Engine } from '../../services/shared/policy/engine.js';
import { createPolicy } from '../../services/shared/policy/plan.js';
import { anyNotice } from '../shared/policy/questions.js';
import { facts, folder, load } from './sample.js';

type What = 'receive' | { disclose: Section[] } | { advertise: Section[] };
interface Invariant {
  readonly id: string;
  readonly says: string;
  readonly when: string;
  readonly never?: What;
  readonly always?: What;
}

const invariants = parse(readFileSync(`${folder}federation/invariants.yaml`, 'utf8')) as Invariant[];
const sets = load();
const policy = createPolicy({
  engine: createCompiledEngine(sets, createCedarSlots()),
  sets,
  directory: facts,
  onError: (fault) => expect.fail(JSON.stringify(fault)),
});
const members = [...facts.organisations.keys()];
const special = {
  kind: 'un-special',
  purpose: 'sanctions',
  classification: 'basic',
  audience: 'all',
  codes: [],
};
// One in ten is a UN special notice as its schema has it: among all notices it would be one in thousands.
const notices = fc.sample(
  fc
    .tuple(anyNotice(sets.schema), fc.nat(9))
    .map(([notice, dice]) => (dice === 0 ? { ...notice, ...special } : notice)),
  { numRuns: 2000, seed: 7 },
) as ReturnType<typeof fc.sample<Parameters<typeof policy.decide>[0]['attributes']>>;

/** The condition of an invariant, asked of the engine like any rule. */
function engineOf(when: string): Engine {
  const text = `permit (principal, action == Action::"receive", resource) when { ${when} };`;
  const answer = policyToJson(text);
  if (answer.type === 'failure') throw new Error(`${when}: ${answer.errors[0]?.message}`);
  const json: PolicyJson = answer.json;
  const rule = { id: 'when', effect: 'permit' as const, reason: 'when', text, place: '', json };
  const set = { name: 'federation', layer: 'federation' as const, rules: [rule] };
  const only = { ...sets, sets: new Map([['federation', set]]), rules: new Map([['when', rule]]) };
  return createCompiledEngine(only, createCedarSlots());
}

/** How much of `what` the decision gives: all of it, some, none. */
function given({ outcome, sections, advertised }: Decision, what: What): 'all' | 'some' | 'none' {
  if (what === 'receive') return outcome === 'denied' ? 'none' : 'all';
  const [wanted, got] = 'disclose' in what ? [what.disclose, sections] : [what.advertise, advertised];
  const count = wanted.filter((section) => got.includes(section)).length;
  return count === wanted.length ? 'all' : count > 0 ? 'some' : 'none';
}

test.each(invariants)('$id: $says', ({ when, never, always }) => {
  const condition = engineOf(when);
  let held = 0;
  for (const attributes of notices) {
    for (const decision of policy.decide({
      attributes,
      addressees: attributes.audience === 'listed' ? members : [],
      sections: SECTIONS,
    })) {
      const recipient = facts.organisations.get(decision.recipient);
      if (recipient === undefined) continue;
      const question = { permission: 'receive', recipient, notice: attributes } as const;
      if (condition.evaluate('federation', question).decision === 'deny') continue;
      held += 1;
      const what = never ?? always ?? 'receive';
      const broken = given(decision, what) !== (never === undefined ? 'all' : 'none');
      expect(broken ? { attributes, decision } : undefined).toBeUndefined();
    }
  }
  // An invariant whose condition no notice meets would hold for nothing.
  expect(held).toBeGreaterThan(50);
});
