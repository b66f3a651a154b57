import type { MemberState } from '../../shared/wire/shown-member.js';
import type { NamedMember } from './member-watch.js';

/** The facts of a status event that a table shows; they are unverified. */
export interface EventFacts {
  readonly event: string;
  readonly jti?: string;
  readonly originator?: string;
  readonly recipient?: string;
  readonly kind?: string;
  readonly sections?: readonly string[];
  readonly rules?: readonly string[];
  readonly code?: string;
}

/** The row of one organisation in the table of `up`. */
export interface TallyRow {
  readonly org: string;
  /** Absent before the directory is read. */
  readonly state?: MemberState;
  readonly submitted: number;
  readonly delivered: number;
  readonly redacted: number;
  readonly denied: number;
  /** The sections of its latest redacted delivery. */
  readonly sections: readonly string[];
  /** The rules that denied most often, with their counts. */
  readonly rules: readonly (readonly [rule: string, times: number])[];
}

interface Counts {
  state?: MemberState;
  submitted: number;
  delivered: number;
  redacted: number;
  denied: number;
  sections: readonly string[];
  readonly rules: Map<string, number>;
}

/** Counts status events by organisation: its submissions, and the decisions about it as a recipient. */
export interface EventTally {
  readonly take: (facts: EventFacts) => void;
  /** Adds a row for each member without one, and notes the state of each. */
  readonly setMembers: (members: readonly NamedMember[]) => void;
  readonly rows: () => readonly TallyRow[];
  /** Returns the latest notice that was redacted for a recipient. */
  example(): { readonly jti: string; readonly originator: string } | undefined;
}

const RULES_SHOWN = 2;

/** Creates a tally with a row for each organisation. */
export function createEventTally(orgs: readonly string[]): EventTally {
  const counts = new Map(orgs.map((org) => [org, emptyCounts()]));
  let example: { readonly jti: string; readonly originator: string } | undefined;
  return {
    take: (facts) => {
      const { event, jti, originator, recipient } = facts;
      if (event === 'submitted') bump(counts.get(originator ?? ''), 'submitted');
      const to = counts.get(recipient ?? '');
      if (to === undefined) return;
      if (event === 'delivered' || event === 'denied') bump(to, event);
      if (event === 'denied')
        for (const rule of facts.rules ?? []) to.rules.set(rule, (to.rules.get(rule) ?? 0) + 1);
      if (event !== 'redacted') return;
      // A redacted delivery also counts as a delivery.
      bump(to, 'delivered');
      bump(to, 'redacted');
      to.sections = facts.sections ?? [];
      if (jti !== undefined && originator !== undefined) example = { jti, originator };
    },
    setMembers: (members) => {
      for (const { org, state } of members) {
        const row = counts.get(org) ?? emptyCounts();
        row.state = state;
        counts.set(org, row);
      }
    },
    rows: () => [...counts].map(([org, { rules, ...row }]) => ({ org, ...row, rules: mostOf(rules) })),
    example: () => example,
  };
}

function emptyCounts(): Counts {
  return { submitted: 0, delivered: 0, redacted: 0, denied: 0, sections: [], rules: new Map() };
}

function bump(counts: Counts | undefined, name: 'submitted' | 'delivered' | 'redacted' | 'denied'): void {
  if (counts !== undefined) counts[name] += 1;
}

function mostOf(rules: ReadonlyMap<string, number>): TallyRow['rules'] {
  return [...rules].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, RULES_SHOWN);
}
