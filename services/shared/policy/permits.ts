import type { OrgId } from '../kernel/ids.js';
import type { Attributes } from '../notice/attributes.js';
import { SECTIONS, type Section } from '../notice/kinds.js';
import { type Layer, type Question, setOf } from './engine.js';
import type { OrganisationFacts } from './facts.js';
import { createKey, type Key } from './key.js';
import { ALL_LAYERS } from './layers.js';
import type { PolicyDeps } from './plan.js';
import { addReads, type KnownFacts, type Reads } from './reads.js';
import { noticeShape } from './schema.js';

/**
 * Returns whether every layer permits the recipient to receive the notice, or to be disclosed a section of it. A
 * question that cannot be evaluated, or about an unknown section, is not permitted.
 */
export type Permits = (section?: Section) => boolean;

/** What one set of rules answered about notices with the same key: a bit for each question. */
interface SetAnswers {
  asked: number;
  open: number;
}

/** One set of rules with its answers about one originator and recipient. */
interface CachedSet {
  readonly name: string;
  readonly key: Key;
  readonly answers: Map<bigint, SetAnswers>;
}

/**
 * The most cached answers, 10 MB. All are dropped when there are more, so that headers crafted to be different cannot
 * exhaust memory.
 */
const MAX_ANSWERS = 65_536;
const RECEIVE = 1;
const bits = new Map<string, number>(SECTIONS.map((section, index) => [section, 2 ** (index + 1)]));

/**
 * Creates a function that judges many notices by one snapshot of policies. Each set of rules reads few attributes, so
 * its answers are cached by the attributes that it reads, and most notices with different headers share them. A cached
 * plan would serve only notices that agree in every attribute that any set reads.
 */
export function createPermits({
  engine,
  sets,
}: Pick<PolicyDeps, 'engine' | 'sets'>): (notice: Attributes, recipient: OrganisationFacts) => Permits {
  const cached = createCachedSets(sets);
  const isOpen = (set: CachedSet, answers: SetAnswers, { bit, question }: Asked): boolean => {
    if ((answers.asked & bit) === 0) {
      const { decision, errors } = engine.evaluate(set.name, question);
      answers.asked |= bit;
      if (decision === 'allow' && errors.length === 0) answers.open |= bit;
    }
    return (answers.open & bit) !== 0;
  };
  return (notice, recipient) => {
    const layers = cached.get(notice.originator, recipient);
    // The first layers deny most of what is denied: the key of a later layer is computed only when they permit.
    const answers: SetAnswers[] = [];
    return (section) => {
      const bit = section === undefined ? RECEIVE : bits.get(section);
      if (bit === undefined) return false;
      const about = section === undefined ? RECEIVING : { permission: 'disclose' as const, section };
      const asked = { bit, question: { ...about, recipient, notice } };
      return layers.every((set, at) => isOpen(set, (answers[at] ??= cached.answersOf(set, notice)), asked));
    };
  };
}

const RECEIVING = { permission: 'receive' as const };

interface Asked {
  readonly bit: number;
  readonly question: Question;
}

type Parties = Required<Pick<KnownFacts, 'originator' | 'recipient'>>;

interface CachedSets {
  /** Returns the sets that decide between two members, in the order of the layers. */
  readonly get: (originator: OrgId, recipient: OrganisationFacts) => readonly CachedSet[];
  /** Returns the answers of a set about notices with the key of this one; unknown words are in no key. */
  readonly answersOf: (set: CachedSet, notice: Attributes) => SetAnswers;
}

function createCachedSets(sets: PolicyDeps['sets']): CachedSets {
  const shape = noticeShape(sets.schema);
  const byPair = new Map<OrgId, Map<OrgId, readonly CachedSet[]>>();
  const keys = new Map<string, Key>();
  const keyOf = (layer: Layer, name: string, { originator, recipient }: Parties): Key => {
    // Only import rules are asked about one recipient alone.
    const known = layer === 'import' ? { originator, recipient } : { originator };
    const key = keys.get(`${name} ${originator}`) ?? keyOfLast(createKey(shape, readsIn(sets, name, known)));
    keys.set(`${name} ${originator}`, key);
    return key;
  };
  const make = (parties: Parties): readonly CachedSet[] =>
    ALL_LAYERS.map((layer) => {
      const name = setOf(layer, { ...parties, recipient: parties.recipient.id });
      return { name, key: keyOf(layer, name, parties), answers: new Map() };
    });
  let count = 0;
  return {
    get: (originator, recipient) => {
      const kept = byPair.get(originator) ?? new Map<OrgId, readonly CachedSet[]>();
      byPair.set(originator, kept);
      const found = kept.get(recipient.id) ?? make({ originator, recipient });
      kept.set(recipient.id, found);
      return found;
    },
    answersOf: ({ key, answers }, notice) => {
      const name = key(notice);
      const made = { asked: 0, open: 0 };
      if (name === undefined) return made;
      const known = answers.get(name);
      if (known !== undefined) return known;
      answers.set(name, made);
      count += 1;
      if (count > MAX_ANSWERS) {
        byPair.clear();
        count = 0;
      }
      return made;
    },
  };
}

function readsIn({ sets }: PolicyDeps['sets'], name: string, known: KnownFacts): Reads {
  const reads: Reads = new Map();
  for (const { json } of sets.get(name)?.rules ?? []) addReads(reads, json, known);
  return reads;
}

/** Computes the key of consecutive questions about one notice once. */
function keyOfLast(key: Key): Key {
  let last: { readonly attributes: Attributes; readonly value: bigint | undefined } | undefined;
  return (attributes) => {
    if (last?.attributes !== attributes) last = { attributes, value: key(attributes) };
    return last.value;
  };
}
