import type { CedarValueJson, EntityJson } from '@cedar-policy/cedar-wasm/nodejs';
import { fail } from '../../kernel/errors.js';
import { isJsonObject } from '../../kernel/json-object.js';
import type { Attributes } from '../../notice/attributes.js';
import type { Engine, Evaluation, Question } from '../engine.js';
import type { OrganisationFacts } from '../facts.js';
import type { PolicySet, PolicySets } from '../policies.js';
import { type AttributeType, recordType, type Schema } from '../schema.js';
import { cedarInstance, preparsePolicySet, preparseSchema, statefulIsAuthorized } from './cedar.js';

/**
 * Two fixed slots for parsed policy sets, active and candidate: Cedar in WebAssembly keeps parsed sets by name and
 * cannot free them. A load writes the slot that is not in use. An engine whose slot was overwritten by a later load, or
 * lost with an instance that trapped, parses its sets into it again on its next question, so that a frame under way is
 * decided by the snapshot it began with.
 */
export interface CedarSlots {
  /**
   * Parses the sets into the free slot and returns their engine. Throws `policy-invalid` when Cedar refuses a set that
   * the loader accepted; the active slot stays unchanged.
   */
  load(policies: PolicySets): Engine;
}

/** The sets that a slot holds, and the instance of Cedar that holds them. */
interface Holder {
  readonly policies: PolicySets;
  readonly instance: object;
}

let owners = 0;

/** Returns a pair of slots that no other caller shares. */
export function createCedarSlots(): CedarSlots {
  const owner = `liaison${owners++}`;
  const holders: (Holder | undefined)[] = [undefined, undefined];
  let active = 1;
  return {
    load(policies) {
      const slot = 1 - active;
      const prefix = `${owner}/${slot}`;
      const hold = (): void => {
        const { policies: held, instance } = holders[slot] ?? {};
        if (held === policies && instance === cedarInstance()) return;
        holders[slot] = undefined;
        preparse(prefix, policies);
        holders[slot] = { policies, instance: cedarInstance() };
      };
      hold();
      active = slot;
      return createEngine(prefix, policies, hold);
    },
  };
}

function preparse(prefix: string, policies: PolicySets): void {
  const answers = [
    preparseSchema(prefix, policies.schema),
    ...[...policies.sets.values()].map(({ name, rules }) => {
      // Keyed by id: Cedar names unnamed policies policy0, policy1, … and its sorting changes those positions.
      const staticPolicies = Object.fromEntries(rules.map(({ id, text }) => [id, text]));
      return preparsePolicySet(`${prefix}/${name}`, { staticPolicies });
    }),
  ];
  for (const answer of answers) {
    if (answer.type === 'failure') {
      throw fail(
        'policy-invalid',
        `Cedar refuses a set: ${answer.errors.map(({ message }) => message).join('; ')}`,
      );
    }
  }
}

function createEngine(prefix: string, policies: PolicySets, hold: () => void): Engine {
  return {
    evaluate(name, question) {
      const set = policies.sets.get(name);
      if (set === undefined) return denied(`no set \`${name}\``);
      try {
        hold();
        return ask({ prefix, set, schema: policies.schema }, question);
      } catch (thrown) {
        return denied(String(thrown));
      }
    },
  };
}

function denied(error: string): Evaluation {
  return { decision: 'deny', rules: [], errors: [error] };
}

interface AskContext {
  readonly prefix: string;
  readonly set: PolicySet;
  readonly schema: Schema;
}

function ask({ prefix, set, schema }: AskContext, question: Question): Evaluation {
  const answer = statefulIsAuthorized({
    principal: { type: 'Organisation', id: question.recipient.id },
    action: { type: 'Action', id: question.permission },
    resource: { type: 'Notice', id: 'this' },
    context: question.section === undefined ? {} : { section: word('Section', question.section) },
    entities: [organisation(question.recipient), notice(question.notice)].map(declaredIn(schema)),
    preparsedPolicySetId: `${prefix}/${set.name}`,
    preparsedSchemaName: prefix,
    validateRequest: true,
  });
  if (answer.type === 'failure') return denied(answer.errors.map(({ message }) => message).join('; '));
  const { decision, diagnostics } = answer.response;
  const errors = diagnostics.errors.map(({ policyId, error }) => `${policyId}: ${error.message}`);
  const failed = diagnostics.errors.map(({ policyId }) => policyId);
  const deciding = new Set(failed.length > 0 ? failed : diagnostics.reason);
  return {
    // Cedar skips a rule that errors: without this, a forbid that errors would permit what it is there to forbid.
    decision: errors.length === 0 ? decision : 'deny',
    rules: set.rules.filter(({ id }) => deciding.has(id)).map(({ id }) => id),
    errors: errors.toSorted(),
  };
}

function word(type: string, id: string): CedarValueJson {
  return { __entity: { type, id } };
}

function words(type: string, ids: Iterable<string>): CedarValueJson[] {
  return Array.from(ids, (id) => word(type, id));
}

/** Leaves out the attributes that a schema does not declare: Cedar would refuse them, and no rule can name them. */
function declaredIn(schema: Schema): (entity: TypedEntity) => EntityJson {
  return ({ uid, attrs, parents }) => ({
    uid,
    attrs: declared(attrs, recordType(schema, uid.type)),
    parents,
  });
}

interface TypedEntity {
  readonly uid: { readonly type: string; readonly id: string };
  readonly attrs: Readonly<Record<string, CedarValueJson>>;
  readonly parents: [];
}

function declared(
  attrs: Readonly<Record<string, CedarValueJson>>,
  types: Readonly<Record<string, AttributeType>>,
): Record<string, CedarValueJson> {
  const kept = Object.entries(attrs).flatMap(([name, value]): [string, CedarValueJson][] => {
    const type = types[name];
    if (type === undefined) return [];
    const isRecord = type.type === 'Record' && isJsonObject(value);
    return [[name, isRecord ? declared(value as typeof attrs, type.attributes ?? {}) : value]];
  });
  return Object.fromEntries(kept);
}

function organisation(facts: OrganisationFacts): TypedEntity {
  return {
    uid: { type: 'Organisation', id: facts.id },
    attrs: {
      id: word('OrgId', facts.id),
      groups: words('Group', facts.groups),
      accreditedFor: words('Classification', facts.accreditedFor),
      agreements: words('OrgId', facts.agreements),
    },
    parents: [],
  };
}

function notice(attributes: Attributes): TypedEntity {
  const { originator, kind, purpose, personStatus, minor, evaluation, tlp, classification, audience } =
    attributes;
  const { breakGlass } = attributes;
  return {
    uid: { type: 'Notice', id: 'this' },
    attrs: {
      originator: word('OrgId', originator),
      kind: word('Kind', kind),
      purpose: word('Purpose', purpose),
      ...(personStatus === undefined ? {} : { personStatus: word('PersonStatus', personStatus) }),
      minor,
      crimeAreas: words('CrimeArea', attributes.crimeAreas),
      countries: words('Country', attributes.countries),
      codes: words('HandlingCode', attributes.codes),
      evaluation: {
        source: word('Source', evaluation.source),
        information: word('Information', evaluation.information),
      },
      tlp: word('Tlp', tlp),
      classification: word('Classification', classification),
      audience: word('Audience', audience),
      consents: words('OrgId', attributes.consents),
      reviewed: attributes.reviewed,
      ...(breakGlass === undefined ? {} : { breakGlass: word('BreakGlass', breakGlass) }),
    },
    parents: [],
  };
}
