import { didYouMean } from '../../kernel/nearest.js';
import type { OrgId } from '../../kernel/ids.js';
import { isJsonObject, type JsonObject } from '../../kernel/json-object.js';
import type { Attributes } from '../../notice/attributes.js';
import type { Section } from '../../notice/kinds.js';
import type { Case, CaseFile, Expectation } from './case-file.js';
import type { Decision } from '../../policy/decision.js';
import type { Layer } from '../../policy/engine.js';
import { ALL_LAYERS, type EvaluationFault } from '../../policy/layers.js';
import { type PolicyNotice, createPolicy, type Policy, type PolicyDeps } from '../../policy/plan.js';

/** What of a draft a case needs: `proto/examples/<kind>.json`. */
export interface ExampleDraft {
  readonly header: Readonly<Record<string, unknown>>;
  readonly sections: Readonly<Record<string, unknown>>;
}

export interface CasesDeps extends Pick<PolicyDeps, 'engine' | 'sets' | 'directory'> {
  /** The example by its name, or undefined when there is none. */
  readonly example: (name: string) => ExampleDraft | undefined;
}

/** What does not hold: something about one recipient, or about the case as a whole. */
export type CaseFailure =
  | {
      readonly type: 'recipient';
      readonly recipient: OrgId;
      readonly expected: string;
      readonly got: string;
      /** What was asked, of which layers, and what came of it, so that it can be explained. */
      readonly asked: PolicyNotice;
      readonly layers: readonly Layer[];
      /** Whose rules the case names. */
      readonly layer: Layer;
      readonly wanted: Expectation;
      readonly decision: Decision;
    }
  | { readonly type: 'case'; readonly message: string };

export interface CaseRun {
  readonly decisions: readonly Decision[];
  /** None when the case holds. */
  readonly failures: readonly CaseFailure[];
}

/** One line, for lists and logs. */
export function failureText(failure: CaseFailure): string {
  if (failure.type === 'case') return failure.message;
  return `${failure.recipient}: expected ${failure.expected}, got ${failure.got}`;
}

/**
 * For the cases beside the rules of `owner`, an organisation or `federation`. When another than the owner sends, only
 * the owner receives: these are the cases of its import rules.
 */
export function createCaseRunner(owner: string, deps: CasesDeps): (test: Case, file: CaseFile) => CaseRun {
  const faults: EvaluationFault[] = [];
  const policies = new Map<string, Policy>();
  const policyOf = (layers: readonly Layer[]): Policy => {
    const name = layers.join();
    const policy =
      policies.get(name) ?? createPolicy({ ...deps, layers, onError: (fault) => faults.push(fault) });
    policies.set(name, policy);
    return policy;
  };
  return (test, file) => {
    const notice = file.notices[test.notice];
    const draft = notice === undefined ? undefined : deps.example(notice.example);
    if (notice === undefined || draft === undefined)
      return { decisions: [], failures: [about(`no example \`${notice?.example ?? test.notice}\``)] };
    const sections = (notice.sections ?? Object.keys(draft.sections)) as readonly Section[];
    const asked = askedOf(test.from as OrgId, merge(draft.header, notice.header ?? {}), sections);
    const mine = owner === 'federation' || owner === test.from ? {} : { recipients: [owner as OrgId] };
    faults.length = 0;
    const decisions = policyOf(layersOf(test)).decide({ ...asked, ...mine });
    const errors = faults.map(({ set, messages }) => `${set} could not be evaluated: ${messages.join('; ')}`);
    const compare = comparison(test, { asked, layers: layersOf(test), layer: layerUnderTest(owner, test) });
    const failures = [
      ...[...errors, ...strangers(test, decisions)].map(about),
      ...decisions.flatMap(compare),
    ];
    return { decisions, failures };
  };
}

const about = (message: string): CaseFailure => ({ type: 'case', message });

/** RFC 7396: mappings are laid over each other, null takes away, everything else is replaced. */
export function merge(base: JsonObject, over: JsonObject): JsonObject {
  const merged: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(over)) {
    const below = base[name];
    if (value === null) delete merged[name];
    else merged[name] = isJsonObject(value) ? merge(isJsonObject(below) ? below : {}, value) : value;
  }
  return merged;
}

/** A draft header as policy sees it. Words are not checked here: what is in no vocabulary cannot be evaluated. */
export function askedOf(originator: OrgId, header: JsonObject, sections: readonly Section[]): PolicyNotice {
  const { handling, addressees, excluded, consents = [], ...rest } = header;
  const isListed = Array.isArray(addressees);
  const attributes = {
    ...rest,
    ...(handling as JsonObject),
    originator,
    audience: isListed ? 'listed' : 'all',
    consents,
  };
  return {
    attributes: attributes as unknown as Attributes,
    sections,
    ...(isListed ? { addressees: addressees as OrgId[] } : {}),
    ...(Array.isArray(excluded) ? { excluded: excluded as OrgId[] } : {}),
  };
}

/** Names in `expect` that receive nothing here, such as a misspelt one: they would never fail. */
function strangers({ expect }: Case, decisions: readonly Decision[]): readonly string[] {
  const recipients = decisions.map(({ recipient }) => recipient as string);
  const named = Object.keys(expect).filter((name) => name !== 'others');
  const unknown = named.filter((name) => !recipients.includes(name));
  const idle =
    'others' in expect && recipients.every((recipient) => named.includes(recipient)) ? ['others'] : [];
  return [...unknown, ...idle].map(
    (name) => `\`${name}\` is no recipient in this case${didYouMean(name, recipients)}`,
  );
}

type Failing = Extract<CaseFailure, { readonly type: 'recipient' }>;

/** What of one decision is not as expected. */
function comparison(test: Case, context: Pick<Failing, 'asked' | 'layers' | 'layer'>) {
  return (decision: Decision): readonly CaseFailure[] => {
    const { recipient } = decision;
    const wanted = test.expect[recipient] ?? test.expect['others'];
    if (wanted === undefined) return [about(`${recipient}: not matched, by name or by \`others\``)];
    const expected = expectationText(wanted);
    const got = decisionText(wanted, decision, context.layer);
    if (expected === got) return [];
    return [{ type: 'recipient', recipient, expected, got, wanted, decision, ...context }];
  };
}

function layersOf({ layer = 'all' }: Case): readonly Layer[] {
  return layer === 'all' ? ALL_LAYERS : [layer];
}

/** Whose rules a case names when the notice is received: those beside it. */
function layerUnderTest(owner: string, { layer = 'all', from }: Case): Layer {
  if (layer !== 'all') return layer;
  if (owner === 'federation') return 'federation';
  return from === owner ? 'export' : 'import';
}

const list = (names: readonly string[]): string => `[${names.toSorted().join(', ')}]`;

function expectationText(expected: Expectation): string {
  if (typeof expected === 'string') return expected;
  if ('deny' in expected) return `deny ${list(expected.deny)}`;
  if ('because' in expected) return `deny, ${expected.because}`;
  const { sections, ...more } = expected;
  return [
    `sections ${list(sections)}`,
    ...Object.entries(more).map(([name, names]) => `${name} ${list(names)}`),
  ].join(' ');
}

/** The decision told with as much as the expectation tells, so that the two can be compared and read side by side. */
function decisionText(expected: Expectation, decision: Decision, layer: Layer): string {
  const { outcome, because, rules, sections } = decision;
  if (outcome === 'denied') {
    if (because !== undefined) return expected === 'deny' ? 'deny' : `deny, ${because}`;
    return expected === 'deny' ? 'deny' : `deny ${list(rules.map(({ id }) => id))}`;
  }
  if (expected === 'delivered' && outcome === 'delivered') return 'delivered';
  const told = typeof expected === 'object' ? expected : {};
  const parts = {
    advertised: decision.advertised,
    rules: rules.filter((rule) => rule.layer === layer).map(({ id }) => id),
    obligations: decision.obligations,
  };
  const shown = Object.keys(told).filter((name): name is keyof typeof parts => name in parts);
  return [`sections ${list(sections)}`, ...shown.map((name) => `${name} ${list(parts[name])}`)].join(' ');
}
