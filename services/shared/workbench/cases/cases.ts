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

/** The parts of a draft `proto/examples/<kind>.json` that a case reads. */
export interface ExampleDraft {
  readonly header: Readonly<Record<string, unknown>>;
  readonly sections: Readonly<Record<string, unknown>>;
}

/** What a case runner needs. */
export interface CasesDeps extends Pick<PolicyDeps, 'engine' | 'sets' | 'directory'> {
  /** Returns an example by its name; undefined when there is none. */
  readonly example: (name: string) => ExampleDraft | undefined;
}

/** An expectation that is not met: for one recipient, or for the case as a whole. */
export type CaseFailure =
  | {
      readonly type: 'recipient';
      readonly recipient: OrgId;
      readonly expected: string;
      readonly got: string;
      /** The question, the layers asked and the decision, so that the failure can be explained. */
      readonly asked: PolicyNotice;
      readonly layers: readonly Layer[];
      /** The layer whose rules the case names. */
      readonly layer: Layer;
      readonly wanted: Expectation;
      readonly decision: Decision;
    }
  | { readonly type: 'case'; readonly message: string };

/** The result of one case. */
export interface CaseRun {
  readonly decisions: readonly Decision[];
  /** Empty when the case passes. */
  readonly failures: readonly CaseFailure[];
}

/** Returns a failure as one line. */
export function failureText(failure: CaseFailure): string {
  if (failure.type === 'case') return failure.message;
  return `${failure.recipient}: expected ${failure.expected}, got ${failure.got}`;
}

/**
 * Returns a runner for the cases of `owner`, an organisation or `federation`. In a case from another originator only
 * the owner receives, because such cases test its import rules.
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
    const asked = policyNoticeOf(test.from as OrgId, merge(draft.header, notice.header ?? {}), sections);
    const ownOnly = testsImport(owner, test) ? { recipients: [owner as OrgId] } : {};
    faults.length = 0;
    const decisions = policyOf(layersOf(test)).decide({ ...asked, ...ownOnly });
    const errors = faults.map(({ set, messages }) => `${set} cannot be evaluated: ${messages.join('; ')}`);
    const compare = comparison(test, { asked, layers: layersOf(test), layer: layerUnderTest(owner, test) });
    const failures = [
      ...[...errors, ...unmatched(test, decisions)].map(about),
      ...decisions.flatMap(compare),
    ];
    return { decisions, failures };
  };
}

const about = (message: string): CaseFailure => ({ type: 'case', message });

/** Applies a JSON merge patch (RFC 7396): mappings are merged, null removes, every other value replaces. */
export function merge(base: JsonObject, over: JsonObject): JsonObject {
  const merged: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(over)) {
    const below = base[name];
    if (value === null) delete merged[name];
    else merged[name] = isJsonObject(value) ? merge(isJsonObject(below) ? below : {}, value) : value;
  }
  return merged;
}

/** Returns a draft header as a question to policy. Words are not checked: an unknown one cannot be evaluated. */
export function policyNoticeOf(
  originator: OrgId,
  header: JsonObject,
  sections: readonly Section[],
): PolicyNotice {
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

/** True for a case of a member about a notice from another: only the member itself receives it. */
function testsImport(owner: string, { from }: Case): boolean {
  return owner !== 'federation' && owner !== from;
}

/** Returns the recipients of a case among the members. */
export function caseRecipients(owner: string, test: Case, members: readonly string[]): readonly string[] {
  return testsImport(owner, test) ? [owner] : members.filter((member) => member !== test.from);
}

/** A name in `expect`, a recipient or `others`, and why it can never fail. */
export interface IdleName {
  readonly name: string;
  readonly message: string;
}

/** Finds names in `expect` that match no recipient of the case, such as misspelt ones: they could never fail. */
export function unmatchedNames({ expect }: Case, recipients: readonly string[]): readonly IdleName[] {
  const named = Object.keys(expect).filter((name) => name !== 'others');
  const unknown = named.filter((name) => !recipients.includes(name));
  const idle =
    'others' in expect && recipients.every((recipient) => named.includes(recipient)) ? ['others'] : [];
  return [...unknown, ...idle].map((name) => ({
    name,
    message: `\`${name}\` is no recipient in this case${didYouMean(name, recipients)}`,
  }));
}

function unmatched(test: Case, decisions: readonly Decision[]): readonly string[] {
  const recipients = decisions.map(({ recipient }) => recipient);
  return unmatchedNames(test, recipients).map(({ message }) => message);
}

type RecipientFailure = Extract<CaseFailure, { readonly type: 'recipient' }>;

/** Returns a function that compares one decision with what the case expects. */
function comparison(test: Case, context: Pick<RecipientFailure, 'asked' | 'layers' | 'layer'>) {
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

/** Returns the layer whose rules a case names when the notice is received: that of the file's owner. */
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

/** Formats a decision with the same parts as the expectation, so that both can be compared and shown side by side. */
function decisionText(expected: Expectation, decision: Decision, layer: Layer): string {
  const { outcome, because, rules, sections } = decision;
  if (outcome === 'denied') {
    if (because !== undefined) return expected === 'deny' ? 'deny' : `deny, ${because}`;
    return expected === 'deny' ? 'deny' : `deny ${list(rules.map(({ id }) => id))}`;
  }
  if (expected === 'delivered' && outcome === 'delivered') return 'delivered';
  const listed = typeof expected === 'object' ? expected : {};
  const parts = {
    advertised: decision.advertised,
    rules: rules.filter((rule) => rule.layer === layer).map(({ id }) => id),
    obligations: decision.obligations,
  };
  const shown = Object.keys(listed).filter((name): name is keyof typeof parts => name in parts);
  return [`sections ${list(sections)}`, ...shown.map((name) => `${name} ${list(parts[name])}`)].join(' ');
}
