import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { type Chance, createChance } from '../../../../services/shared/kernel/chance.js';
import type { OrgId } from '../../../../services/shared/kernel/ids.js';
import type { Attributes } from '../../../../services/shared/notice/attributes.js';
import { type Section, sectionsOf } from '../../../../services/shared/notice/kinds.js';
import { createCompiledEngine } from '../../../../services/shared/policy/compiled-engine.js';
import type { Permission } from '../../../../services/shared/policy/engine.js';
import { ADVERTISING_LAYERS, ALL_LAYERS } from '../../../../services/shared/policy/layers.js';
import { membersOf } from '../../../../services/shared/policy/plan.js';
import { printExpression } from '../../../../services/shared/workbench/print/print-expression.js';
import type { Invariant } from '../../../../services/shared/workbench/prove/invariant-file.js';
import { provePolicies } from '../../../../services/shared/workbench/prove/prove-policies.js';
import type { Version } from '../../../../services/shared/workbench/space/answers.js';
import { anyCondition, type Grammar, grammarOf } from './any-condition.js';
import { anyVersion, loaded } from './any-version.js';
import { type AskLayer, createAskLayer } from './brute-force.js';
import { noticesOf, SMALL_SECTIONS } from './small-world.js';

/** An invariant, and its condition as the evaluator follows it. */
interface DrawnInvariant {
  readonly invariant: Invariant;
  readonly judged: object;
}

function anyInvariant(chance: Chance, id: string, grammar: Grammar): DrawnInvariant {
  const { json, judged } = anyCondition(chance, grammar);
  const section = chance.one(SMALL_SECTIONS);
  const what = chance.one(['receive', { disclose: [section] }, { advertise: [section] }] as const);
  const duty = { obligation: chance.one(['ask-first', 'no-onward']) };
  const demand = chance.one([{ never: what }, { never: what }, { always: what }, { always: duty }]);
  // JSON rounds the largest integer of Cedar, and an invariant is text.
  const when = printExpression(json).replaceAll('9223372036854776000', '9223372036854775807');
  return { invariant: { id, says: id, when, ...demand }, judged };
}

/** How many invariants were compared, and how many of them hold. */
export interface ProveTally {
  invariants: number;
  holding: number;
  incomplete: number;
}

const PER_VERSION = 4;

/** Compares `policy prove` with deciding every notice. Throws at the first difference. */
export function compareProve(seeds: Iterable<number>): ProveTally {
  const tally: ProveTally = { invariants: 0, holding: 0, incomplete: 0 };
  for (const seed of seeds) {
    const chance = createChance(seed);
    const onlyCedar = seed % 20 === 0 ? 0.2 : 0;
    const version = anyVersion(chance, onlyCedar);
    for (let index = 0; index < PER_VERSION; index += 1) {
      const drawn = anyInvariant(chance, `drawn-${index}`, grammarOf(version.schema, onlyCedar));
      const { proofs, cut } = provePolicies(loaded(version, 'json'), [drawn.invariant]);
      const [proof] = proofs;
      const judge = createJudge(loaded(version, 'judged'), drawn);
      const { met, broken } = judge.all();
      const holds = met > 0 && broken === 0;
      const isRight = cut.length === 0 ? proof?.holds === holds : proof?.holds !== true || holds;
      const example = proof?.counterexample;
      const isBroken =
        example === undefined || cut.length > 0 || judge.at(example.header, example.to) === 'broken';
      if (!isRight || !isBroken)
        throw new Error(
          `version ${seed}: ${JSON.stringify({ ...drawn.invariant, holds: proof?.holds, example, met, broken })}`,
        );
      tally.invariants += 1;
      tally.holding += Number(holds);
      tally.incomplete += Number(cut.length > 0);
    }
  }
  return tally;
}

type PointVerdict = 'unmet' | 'kept' | 'broken';

function createJudge(version: Version, { invariant, judged }: DrawnInvariant) {
  const ask = createAskLayer(version);
  const holdsAt = createWhen(version, judged);
  const members = [...version.directory.organisations.keys()];
  const { never, always } = invariant;
  const what = never ?? always ?? 'receive';
  const [permission, section] = demandOf(what);
  const at = (notice: Attributes, recipient: OrgId): PointVerdict => {
    const when = holdsAt(notice, recipient, section);
    if (when !== true) return when === 'error' ? 'broken' : 'unmet';
    if (typeof what === 'object' && 'obligation' in what) {
      if (!isGiven(ask, { notice, recipient, permission: 'receive' })) return 'unmet';
      return dutiesAt(ask, notice, recipient).includes(what.obligation) ? 'kept' : 'broken';
    }
    const given = isGiven(ask, {
      notice,
      recipient,
      permission,
      ...(section === undefined ? {} : { section }),
    });
    return given === (never === undefined) ? 'kept' : 'broken';
  };
  const all = (): { met: number; broken: number } => {
    const count = { met: 0, broken: 0 };
    for (const originator of members) {
      for (const notice of noticesOf([version.sets.schema], originator)) {
        const { required, optional } = sectionsOf(notice.kind);
        if (section !== undefined && ![...required, ...optional].includes(section)) continue;
        for (const recipient of members.filter((id) => id !== originator)) {
          const verdict = at(notice, recipient);
          count.met += Number(verdict !== 'unmet');
          count.broken += Number(verdict === 'broken');
        }
      }
    }
    return count;
  };
  return { at, all };
}

function demandOf(what: NonNullable<Invariant['always']>): readonly [Permission, Section | undefined] {
  if (what === 'receive' || 'obligation' in what) return ['receive', undefined];
  return 'disclose' in what ? ['disclose', what.disclose[0]] : ['advertise', what.advertise[0]];
}

interface Asked {
  readonly notice: Attributes;
  readonly recipient: OrgId;
  readonly permission: Permission;
  readonly section?: Section;
}

/**
 * Returns whether the recipient has a permission in the end: sections are part of a received notice alone.
 */
function isGiven(ask: AskLayer, { permission, ...asked }: Asked): boolean {
  const { section: _, ...whole } = asked;
  const open = (question: Asked): boolean =>
    (question.permission === 'advertise' ? ADVERTISING_LAYERS : ALL_LAYERS).every(
      (layer) => ask(layer, question).open,
    );
  const isReceived =
    open({ ...whole, permission: 'receive' }) &&
    (!whole.notice.codes.includes('H3') ||
      open({ ...whole, permission: 'disclose', section: 'handlingNote' }));
  if (permission === 'receive') return isReceived;
  const isDisclosed = open({ ...asked, permission: 'disclose' });
  if (permission === 'disclose') return isReceived && isDisclosed;
  return isReceived && !isDisclosed && open({ ...asked, permission: 'advertise' });
}

function dutiesAt(ask: AskLayer, notice: Attributes, recipient: OrgId): readonly string[] {
  return ALL_LAYERS.flatMap((layer) => [
    ...ask(layer, { notice, recipient, permission: 'receive' }).duties.keys(),
  ]);
}

/** Returns the value of a condition, as the condition of a rule that permits everything. */
function createWhen({ sets, directory }: Version, judged: object) {
  const scope = { principal: { op: 'All' }, action: { op: 'All' }, resource: { op: 'All' } };
  const json = { effect: 'permit', ...scope, conditions: [{ kind: 'when', body: judged }] };
  const rule = {
    id: 'when',
    effect: 'permit' as const,
    reason: '',
    permissions: new Set<Permission>(['receive', 'disclose', 'advertise']),
    text: '',
    place: '',
    json: json as unknown as PolicyJson,
  };
  const set = { name: 'federation', layer: 'federation' as const, rules: [rule] };
  const engine = createCompiledEngine({
    ...sets,
    sets: new Map([['federation', set]]),
    rules: new Map([['when', rule]]),
  });
  const members = membersOf(directory);
  return (notice: Attributes, id: OrgId, section: Section | undefined): boolean | 'error' => {
    const recipient = members.get(id);
    if (recipient === undefined) throw new Error(`no member ${id}`);
    const permission = section === undefined ? 'receive' : 'disclose';
    const { consents } = notice;
    const bare =
      consents === undefined ? notice : { ...notice, consents: consents.filter((each) => members.has(each)) };
    const question = { permission, recipient, notice: bare } as const;
    const { decision, errors } = engine.evaluate(
      'federation',
      section === undefined ? question : { ...question, section },
    );
    return errors.length > 0 ? 'error' : decision === 'allow';
  };
}
