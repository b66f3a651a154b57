import type { OrgId } from '../shared/kernel/ids.js';
import { type Draft, parseDraft } from '../shared/notice/draft.js';
import type { Kind, Section } from '../shared/notice/kinds.js';
import { type Chance, createChance } from '../shared/kernel/chance.js';
import { inventSections } from './invent-sections.js';

/** A valid draft about invented people, with the canary hidden in each section. */
export interface Invented {
  readonly draft: Draft;
  readonly canaries: ReadonlyMap<Section, string>;
}

interface KindWish {
  readonly weight: number;
  readonly purposes: readonly string[];
  readonly statuses: readonly (string | undefined)[];
}

/** Weights roughly as in published statistics: red and yellow are most frequent, UN special is rare. */
const WISHES: Readonly<Record<Kind, KindWish>> = {
  red: { weight: 38, purposes: ['arrest', 'prosecution-support'], statuses: ['wanted', 'convicted'] },
  yellow: { weight: 16, purposes: ['locate-person', 'identify-person'], statuses: ['missing', 'victim'] },
  blue: { weight: 16, purposes: ['locate-person', 'identify-person'], statuses: ['suspect', 'witness'] },
  black: { weight: 4, purposes: ['identify-person'], statuses: ['deceased'] },
  green: { weight: 10, purposes: ['warn', 'prevent'], statuses: ['convicted', 'suspect'] },
  orange: { weight: 5, purposes: ['warn', 'prevent'], statuses: [undefined, 'suspect'] },
  purple: { weight: 5, purposes: ['prevent', 'warn'], statuses: [undefined] },
  'un-special': { weight: 2, purposes: ['sanctions'], statuses: [undefined] },
  silver: { weight: 4, purposes: ['asset-recovery'], statuses: ['suspect', 'convicted'] },
};
const CRIMES = [
  'terrorism',
  'foreign-terrorist-fighters',
  'cybercrime',
  'trafficking-persons',
  'trafficking-drugs',
  'trafficking-arms',
  'financial-crime',
  'child-abuse',
  'organised-crime',
  'environmental-crime',
  'war-crimes',
  'other',
];
const COUNTRIES = ['FR', 'DZ', 'BR', 'MY', 'AE', 'TR', 'KE', 'US', 'TH', 'SA', 'IR', 'ID'];

/** Creates a generator of drafts; the same seed gives the same drafts in the same order. */
export function createInventor(seed: number): (originator: OrgId, peers: readonly OrgId[]) => Invented {
  const chance = createChance(seed);
  return (originator, peers) =>
    invent(
      chance,
      peers.filter((peer) => peer !== originator),
    );
}

function invent(chance: Chance, peers: readonly OrgId[]): Invented {
  const kind = chance.weighted(
    (Object.keys(WISHES) as Kind[]).map((name) => [name, WISHES[name].weight] as const),
  );
  const { purposes, statuses } = WISHES[kind];
  const status = chance.one(statuses);
  const codes = kind === 'un-special' ? [] : inventCodes(chance);
  const { sections, canaries } = inventSections(chance, { kind, status, withNote: codes.includes('H3') });
  const header = {
    kind,
    purpose: chance.one(purposes),
    ...(status === undefined ? {} : { personStatus: status }),
    minor: kind === 'yellow' && chance.next() < 0.4,
    crimeAreas: chance.some(CRIMES, [1, 2]),
    countries: chance.some(COUNTRIES, [1, 3]),
    handling: {
      codes,
      evaluation: { source: chance.one(['A', 'B', 'C', 'X']), information: chance.one(['1', '2', '3', '4']) },
      tlp: chance.one(['clear', 'green', 'amber', 'amber+strict']),
    },
    ...(kind === 'un-special'
      ? { classification: 'basic', addressees: 'all' }
      : inventAudience(chance, peers, codes)),
    reviewAfter: 'P6M',
    expiresAfter: chance.one(['P1Y', 'P2Y', 'P5Y']),
  };
  return { draft: parseDraft({ header, sections }), canaries };
}

function inventCodes(chance: Chance): string[] {
  return chance.weighted<string[]>([
    [[], 35],
    [['H0'], 30],
    [['H1'], 20],
    [['H0', 'H1'], 5],
    [['H2'], 6],
    [['H3'], 4],
  ]);
}

function inventAudience(chance: Chance, peers: readonly OrgId[], codes: readonly string[]): object {
  const classification = chance.weighted([
    ['basic', 60],
    ['restricted', 30],
    ['confidential', 10],
  ]);
  // The only organisation of a federation has no other to list.
  const addressees = peers.length === 0 || chance.next() < 0.75 ? 'all' : chance.some(peers, [1, 3]);
  const excluded = addressees === 'all' && chance.next() < 0.1 ? chance.some(peers, [1, 2]) : [];
  const consents = codes.includes('H2') ? chance.some(peers, [1, 3]) : [];
  return { classification, addressees, excluded, consents };
}
