import { SECTIONS, type Section, sectionsOf } from '../../notice/kinds.js';
import type { Kind } from '../../notice/kinds.js';
import { type Layer, setOf } from '../../policy/engine.js';
import { ADVERTISING_LAYERS, ALL_LAYERS } from '../../policy/layers.js';
import type { Route } from '../diff/compare-route.js';
import type { Query } from './answers.js';

/** A question about a route with the sets that answer it. */
export interface RouteQuestion {
  readonly query: Query;
  readonly sets: readonly { readonly layer: Layer; readonly name: string }[];
}

/** Returns every question about a route: one about the notice, and two about each section. */
export function questionsOf(route: Route): readonly RouteQuestion[] {
  const questionOf = (query: Query): RouteQuestion => {
    const layers = query.permission === 'advertise' ? ADVERTISING_LAYERS : ALL_LAYERS;
    return { query, sets: layers.map((layer) => ({ layer, name: setOf(layer, route) })) };
  };
  return [
    questionOf({ ...route, permission: 'receive' }),
    ...SECTIONS.flatMap((section) => [
      questionOf({ ...route, permission: 'disclose', section }),
      questionOf({ ...route, permission: 'advertise', section }),
    ]),
  ];
}

const sectionsByKind = new Map<Kind, ReadonlySet<Section>>();

/** Returns the sections that a notice of a kind may have. */
export function sectionsOfKind(kind: Kind): ReadonlySet<Section> {
  const known = sectionsByKind.get(kind);
  if (known !== undefined) return known;
  const { required, optional } = sectionsOf(kind);
  const sections = new Set([...required, ...optional]);
  sectionsByKind.set(kind, sections);
  return sections;
}
