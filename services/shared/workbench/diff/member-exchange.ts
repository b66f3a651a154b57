import type { OrgId } from '../../kernel/ids.js';
import { type Kind, KINDS, type Section, SECTIONS } from '../../notice/kinds.js';
import type { Change } from './changes.js';

/** What the loosenings of a diff open between a member and one other, in one direction. */
export interface OpenedExchange {
  readonly with: OrgId;
  /** The kinds of which more notices pass than before, whole or in part; in the order of the vocabulary. */
  readonly kinds: readonly Kind[];
  /** The sections that more notices of one of the kinds disclose; in the order of the vocabulary. */
  readonly sections: readonly Section[];
  /** The rules that open it, or no longer close it. */
  readonly rules: readonly string[];
}

/** What a diff opens to and from a member. */
export interface MemberOpening {
  readonly receives: readonly OpenedExchange[];
  readonly gives: readonly OpenedExchange[];
}

/** Groups the loosenings that affect a member by direction and by the other member, in the order found. */
export function openingOf(member: OrgId, changes: readonly Change[]): MemberOpening {
  const found = { receives: new Map<OrgId, Opened>(), gives: new Map<OrgId, Opened>() };
  for (const change of changes.filter(({ type }) => type === 'loosened')) {
    for (const { kind, routes } of change.kinds) {
      for (const { originator, recipient } of routes) {
        if (recipient === member) addTo(found.receives, originator, { change, kind });
        if (originator === member) addTo(found.gives, recipient, { change, kind });
      }
    }
  }
  return { receives: listed(found.receives), gives: listed(found.gives) };
}

interface Opened {
  readonly kinds: Set<Kind>;
  readonly sections: Set<Section>;
  readonly rules: Set<string>;
}

function addTo(
  found: Map<OrgId, Opened>,
  other: OrgId,
  { change, kind }: { readonly change: Change; readonly kind: Kind },
): void {
  const opened = found.get(other) ?? { kinds: new Set(), sections: new Set(), rules: new Set() };
  found.set(other, opened);
  opened.kinds.add(kind);
  if (change.permission === 'disclose' && change.section !== null) opened.sections.add(change.section);
  for (const rule of [...change.rules.before, ...change.rules.after]) opened.rules.add(rule);
}

function listed(found: ReadonlyMap<OrgId, Opened>): readonly OpenedExchange[] {
  return [...found].map(([other, { kinds, sections, rules }]) => ({
    with: other,
    kinds: KINDS.filter((kind) => kinds.has(kind)),
    sections: SECTIONS.filter((section) => sections.has(section)),
    rules: [...rules],
  }));
}
