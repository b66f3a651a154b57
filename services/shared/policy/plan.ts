import type { OrgId } from '../kernel/ids.js';
import type { Attributes } from '../notice/attributes.js';
import type { Section } from '../notice/kinds.js';
import type { Because } from '../notice/because.js';
import type { LastingBar } from '../notice/lasting-bars.js';
import { applyBar, applyBarToPreview } from './apply-bar.js';
import { createDenied, type Decision, decide } from './decision.js';
import type { Engine, Layer } from './engine.js';
import type { DirectoryFacts, OrganisationFacts } from './facts.js';
import { createKey, type Key } from './key.js';
import { ALL_LAYERS, createAsk, type EvaluationFault } from './layers.js';
import { createPlanCache } from './plan-cache.js';
import { createReadsOf } from './plan-reads.js';
import type { PolicySets } from './policies.js';
import { type PreviewRow, previewBecause, previewOf } from './preview.js';
import { createRow, NOTHING_OPEN, type Row } from './row.js';
import { noticeShape } from './schema.js';
import { judgeUnseal, type UnsealVerdict } from './unseal.js';

/** A notice to decide on, as policy sees it. */
export interface PolicyNotice {
  readonly attributes: Attributes;
  /** From `routing`: with audience `listed` only these receive. */
  readonly addressees?: readonly OrgId[];
  /** From `routing`: these never receive. */
  readonly excluded?: readonly OrgId[];
  /** The names of the sections that the notice has. */
  readonly sections: readonly Section[];
  /** The recipients to decide for: by default every member except the originator; an empty list is none. */
  readonly recipients?: readonly OrgId[];
  /** Recipients that the router denies without rules: suspended members, ended notices. */
  readonly closed?: ReadonlyMap<OrgId, Because>;
  /** What restrictions by the originator take from what the rules give. */
  readonly barred?: ReadonlyMap<string, LastingBar>;
}

/** Decides from one snapshot of policies and directory. Never throws; what cannot be evaluated is denied. */
export interface Policy {
  /** Different for every snapshot of this process. */
  readonly generation: number;
  /** Base64url SHA-256 by set, and `schema`. */
  readonly digests: Readonly<Record<string, string>>;
  /** Digest of the adopted bundle that the sets are from; undefined where none was adopted. */
  readonly bundle: string | undefined;
  /** Returns one decision per recipient, in the order of the directory. */
  decide(asked: PolicyNotice): readonly Decision[];
  /** Returns the same with the deciding rule of every section: `notice preview`, `policy who-sees`. */
  preview(asked: PolicyNotice): readonly PreviewRow[];
  /**
   * Returns whether an originator may unseal a section for a holder; undefined for a holder that is no
   * member.
   */
  unseal(asked: AskedUnseal): UnsealVerdict | undefined;
}

/** An unseal of one section for one holder, about which policy is asked. */
export interface AskedUnseal extends Pick<PolicyNotice, 'attributes'> {
  readonly recipient: OrgId;
  readonly section: Section;
}

/** What `createPolicy` needs. */
export interface PolicyDeps {
  readonly engine: Engine;
  readonly sets: PolicySets;
  readonly directory: DirectoryFacts;
  /** Digest of the adopted bundle that `sets` are from. */
  readonly bundle?: string | undefined;
  /** Called when something cannot be evaluated, so that an operator is alerted. */
  readonly onError?: (fault: EvaluationFault) => void;
  /** All by default; author tools pass fewer, to see what a layer does alone. */
  readonly layers?: readonly Layer[];
  /** How many rows of plans are cached per originator; by default `rowsFor` the number of members. */
  readonly rowsPerOriginator?: number;
}

/**
 * Bounds the rows of all cached plans, at 9 MB: a plan has a row of about 1.1 kB for every recipient it was asked
 * about, so that 4,096 plans for each of seven members would take 220 MB.
 */
const MAX_ROWS = 8192;
/**
 * With 85 members or more, each originator can still cache plans for a dozen kinds of notices to a few
 * addressees: 100 kB.
 */
const MIN_ROWS_PER_ORIGINATOR = 96;

/** Returns how many rows each of `members` originators may cache. */
export function rowsFor(members: number): number {
  return Math.max(MIN_ROWS_PER_ORIGINATOR, Math.floor(MAX_ROWS / members));
}

interface Plan {
  readonly rows: number;
  row(recipient: OrganisationFacts): Row;
}

/** Makes the answer for one recipient, from the row of a plan or from a reason to deny without rules. */
interface AnswerFor<T> {
  readonly row: (recipient: OrgId, row: Row) => T;
  readonly because: (recipient: OrgId, because: Because) => T;
}

/** The plan of an originator that the policies have no facts of: no rule permits it anything. */
const CLOSED: Pick<Plan, 'row'> = { row: () => NOTHING_OPEN };

let generations = 0;

/** Returns the policy of one snapshot, with an empty plan cache. */
export function createPolicy(deps: PolicyDeps): Policy {
  const members = membersOf(deps.directory);
  const planOf = createPlanner(deps);
  const each = <T>(asked: PolicyNotice, answer: AnswerFor<T>): readonly T[] => {
    const isMember = members.has(asked.attributes.originator);
    const plan = isMember ? planOf(knownConsents(asked.attributes, members)) : CLOSED;
    const wanted = asked.recipients === undefined ? undefined : new Set(asked.recipients);
    const all: T[] = [];
    for (const recipient of members.values()) {
      const { id } = recipient;
      if (id === asked.attributes.originator || wanted?.has(id) === false) continue;
      const because = becauseOf(id, asked);
      all.push(because === undefined ? answer.row(id, plan.row(recipient)) : answer.because(id, because));
    }
    return all;
  };
  const denied = createDenied();
  return {
    generation: ++generations,
    digests: deps.sets.digests,
    bundle: deps.bundle,
    decide: ({ barred, ...asked }) =>
      each(asked, {
        row: (id, row) => applyBar(decide(id, row, asked.sections), barred?.get(id), asked.attributes),
        because: denied,
      }),
    preview: ({ barred, ...asked }) =>
      each(asked, {
        row: (id, row) =>
          applyBarToPreview(previewOf(id, row, asked.sections), barred?.get(id), asked.attributes),
        because: previewBecause,
      }),
    unseal: ({ attributes, recipient, section }) => {
      const facts = members.get(recipient);
      const asked = { attributes: knownConsents(attributes, members), section };
      return facts && judgeUnseal(deps.engine, { ...asked, recipient: facts });
    },
  };
}

/**
 * Returns the members without agreements with non-members: those have no effect, and their ids are in no vocabulary.
 */
export function membersOf({ organisations }: DirectoryFacts): ReadonlyMap<OrgId, OrganisationFacts> {
  const ids = new Set<string>(organisations.keys());
  const facts = [...organisations.values()].map(({ id, groups, accreditedFor, agreements }) => {
    return { id, groups, accreditedFor, agreements: agreements.filter((other) => ids.has(other)) };
  });
  return new Map(facts.map((fact) => [fact.id, fact]));
}

/** Leaves out consents for non-members: those have no effect, and their ids are in no vocabulary. */
export function knownConsents(
  attributes: Attributes,
  members: ReadonlyMap<OrgId, OrganisationFacts>,
): Attributes {
  if (attributes.consents.every((id) => members.has(id))) return attributes;
  return { ...attributes, consents: attributes.consents.filter((id) => members.has(id)) };
}

/** Returns why a recipient is denied without rules; the originator's lists come first, as they apply in any case. */
function becauseOf(
  id: OrgId,
  { attributes, addressees, excluded, closed }: PolicyNotice,
): Because | undefined {
  if (excluded?.includes(id)) return 'excluded';
  const isListed = attributes.audience !== 'all' || (addressees !== undefined && addressees.length > 0);
  if (isListed && !addressees?.includes(id)) return 'not-addressed';
  return closed?.get(id);
}

/**
 * Returns a function from notices to cached plans, keyed by what rules read; rows are added as recipients are asked
 * for.
 */
function createPlanner({
  engine,
  sets,
  onError,
  layers = ALL_LAYERS,
  directory,
  rowsPerOriginator = rowsFor(directory.organisations.size),
}: PolicyDeps) {
  const ask = createAsk({ engine, sets, ...(onError === undefined ? {} : { onError }) });
  const cache = createPlanCache<Plan>(rowsPerOriginator);
  const keys = new Map<OrgId, Key>();
  const [shape, readsOf] = [noticeShape(sets.schema), createReadsOf(sets, directory)];
  const keyOf = (originator: OrgId): Key => {
    const key = keys.get(originator) ?? createKey(shape, readsOf(originator));
    keys.set(originator, key);
    return key;
  };
  const makePlan = (attributes: Attributes, grown = () => {}): Plan => {
    const rows = new Map<OrgId, Row>();
    return {
      get rows() {
        return rows.size;
      },
      row: (recipient) => {
        const known = rows.get(recipient.id);
        if (known !== undefined) return known;
        const row = createRow({ ask, attributes, recipient, layers });
        rows.set(recipient.id, row);
        grown();
        return row;
      },
    };
  };
  return (attributes: Attributes): Plan => {
    const key = keyOf(attributes.originator)(attributes);
    if (key === undefined) return makePlan(attributes);
    return cache.get(attributes.originator, key, (grown) => makePlan(attributes, grown));
  };
}
