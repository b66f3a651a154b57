import { ADVERTISING_LAYERS, ALL_LAYERS } from '../../policy/layers.js';
import { RESTRICTION, type Row } from '../../policy/row.js';
import { type Layer, type Permission, setOf } from '../../policy/engine.js';
import type { Section } from '../../notice/kinds.js';
import type { Change } from '../diff/changes.js';
import type { Route } from '../diff/compare-route.js';
import {
  type ChangeEffect,
  type NoticeGrant,
  noticeEffects,
  type SectionGrant,
  sectionEffects,
} from '../diff/direction.js';
import type { DrawnNotice } from './check-notice.js';
import type { Contradiction } from './contradiction.js';
import type { Evaluated } from './evaluate-notice.js';
import { sectionsOfKind } from '../space/route-questions.js';

/**
 * What an evaluator decided about one notice in each version; undefined in a version that lacks a member of
 * the route.
 */
export interface BothEvaluated {
  readonly before: Evaluated | undefined;
  readonly after: Evaluated | undefined;
}

/** An effect with what it is about. */
interface ObservedEffect {
  readonly effect: ChangeEffect;
  readonly permission: Permission;
  readonly section: Section | null;
}

/**
 * Returns a function that finds each loosening and tightening that an evaluator shows for one notice and no
 * change reports. The reported change must name each layer that opened or closed.
 */
export function createCheckChanges(changes: readonly Change[]) {
  const reported = layersByChange(changes);
  return (drawn: DrawnNotice, both: BothEvaluated): readonly Contradiction[] =>
    effectsAt(drawn, both).flatMap((observed) => {
      const layers = new Set(keysOf(observed, drawn).flatMap((key) => [...(reported.get(key) ?? [])]));
      const changedLayers = layersThatChanged(observed, { drawn, both });
      const isCovered =
        changedLayers === undefined ? layers.size > 0 : changedLayers.every((layer) => layers.has(layer));
      if (isCovered) return [];
      const { originator: from, recipient: to } = drawn.route;
      return [
        {
          about: 'change' as const,
          permission: observed.permission,
          example: { header: drawn.attributes, from, to, section: observed.section },
          analysis: layers.size === 0 ? 'no such change' : `a change of ${[...layers].join(', ')} alone`,
          evaluator: wordsOf(observed, changedLayers),
        },
      ];
    });
}

/** Returns the layers that changes name, by the effect, kind and route that they report. */
function layersByChange(changes: readonly Change[]): ReadonlyMap<string, Set<Layer>> {
  const reported = new Map<string, Set<Layer>>();
  for (const { type, permission, section, obligation = '', layer, kinds } of changes) {
    for (const { kind, routes } of kinds) {
      for (const route of routes) {
        const key = [type, permission, section ?? '', obligation, kind, nameOf(route)].join(' ');
        reported.set(key, (reported.get(key) ?? new Set()).add(layer));
      }
    }
  }
  return reported;
}

/**
 * Returns the keys of the changes that may report an effect: what closes because of an error is a change of
 * type `errors`.
 */
function keysOf(
  { effect, permission, section }: ObservedEffect,
  { route, attributes: { kind } }: DrawnNotice,
): readonly string[] {
  const obligation = effect.what === 'obligation' ? effect.obligation : '';
  const types = effect.type === 'loosened' ? [effect.type] : [effect.type, 'errors'];
  return types.map((type) => [type, permission, section ?? '', obligation, kind, nameOf(route)].join(' '));
}

const nameOf = ({ originator, recipient }: Route): string => `${originator} ${recipient}`;

function effectsAt({ attributes }: DrawnNotice, { before, after }: BothEvaluated): readonly ObservedEffect[] {
  const notices = { before: noticeOf(before?.row), after: noticeOf(after?.row) };
  const sections = [...sectionsOfKind(attributes.kind)];
  return [
    ...noticeEffects(notices).map((effect): ObservedEffect => {
      return { effect, permission: 'receive', section: null };
    }),
    ...sections.flatMap((section) =>
      sectionEffects({
        before: sectionOf(before?.row, notices.before, section),
        after: sectionOf(after?.row, notices.after, section),
      }).map((effect): ObservedEffect => {
        return { effect, permission: effect.what === 'advertise' ? 'advertise' : 'disclose', section };
      }),
    ),
  ];
}

function noticeOf(row: Row | undefined): NoticeGrant {
  if (row === undefined || !row.receive.open) return { open: false, obligations: [] };
  return { open: true, obligations: row.receive.obligations };
}

function sectionOf(row: Row | undefined, notice: NoticeGrant, section: Section): SectionGrant {
  if (row === undefined) return { notice, disclosed: false, advertised: false, obligations: [] };
  const { disclose, advertise } = row.cell(section);
  return {
    notice,
    disclosed: disclose.open,
    advertised: advertise,
    obligations: disclose.open ? disclose.obligations : [],
  };
}

interface BothAt {
  readonly drawn: DrawnNotice;
  readonly both: BothEvaluated;
}

/**
 * Returns the layers whose sets opened or closed. Undefined for an obligation, which several layers may
 * carry, and for a member of one version alone.
 */
function layersThatChanged(
  { effect, permission, section }: ObservedEffect,
  { drawn: { route, attributes }, both: { before, after } }: BothAt,
): readonly Layer[] | undefined {
  if (effect.what === 'obligation' || before === undefined || after === undefined) return undefined;
  const layers = permission === 'advertise' ? ADVERTISING_LAYERS : ALL_LAYERS;
  const isRestricted = permission === 'receive' && attributes.codes.includes('H3');
  const asked = [
    section === null ? { permission } : { permission, section },
    ...(isRestricted ? [{ permission: 'disclose' as const, section: RESTRICTION as Section }] : []),
  ];
  const opens = effect.type === 'loosened';
  return layers.filter((layer) => {
    const name = setOf(layer, route);
    return asked.some((query) => {
      const [was, is] = [before, after].map((side) => side.set(name, query).decision === 'allow');
      return was !== is && is === opens;
    });
  });
}

function wordsOf({ effect }: ObservedEffect, layers: readonly Layer[] | undefined): string {
  const what = effect.what === 'obligation' ? `the obligation \`${effect.obligation}\`` : effect.what;
  return `${effect.type}: ${what}${layers === undefined ? '' : ` by ${layers.join(', ')}`}`;
}
