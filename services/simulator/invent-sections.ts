import { type Kind, type Section, sectionsOf } from '../shared/notice/kinds.js';
import type { Sections } from '../shared/notice/notice.js';
import type { Chance } from '../shared/kernel/chance.js';

/** Invented names, recognisable as such. */
const FAMILY = [
  'Invented-Adler',
  'Invented-Boateng',
  'Invented-Castro',
  'Invented-Dogan',
  'Invented-Eriksen',
];
const GIVEN = ['Example', 'Sample', 'Specimen', 'Test', 'Nobody'];
const PLACES = ['Exampleville', 'Port Invented', 'Sampleburg', 'Lake Specimen', 'Nowhere Junction'];
const COUNTRIES = ['FR', 'DZ', 'BR', 'MY', 'AE', 'TR', 'KE', 'US', 'TH', 'SA'] as const;
const SENTENCES = [
  'The person was seen at the harbour before dawn.',
  'A witness described a grey van without plates.',
  'The account received eleven transfers within a week.',
  'The parcel carried a sender that does not exist.',
  'The group met in a warehouse that has since been emptied.',
];

function prose(chance: Chance, bytes: number): string {
  const lines: string[] = [];
  for (let length = 0; length < bytes; length += lines.at(-1)?.length ?? 1) lines.push(chance.one(SENTENCES));
  return lines.join(' ');
}

const base64 = (chance: Chance, bytes: number): string =>
  Buffer.from(chance.hex(bytes), 'hex').toString('base64');

type Maker = (chance: Chance, about: { readonly kind: Kind; readonly status: string | undefined }) => object;

const MAKERS: Readonly<Record<Section, Maker>> = {
  identity: (chance) => ({
    familyName: chance.one(FAMILY),
    givenNames: [chance.one(GIVEN)],
    dateOfBirth: '1980-05-17',
  }),
  description: (chance) => ({
    heightCm: chance.whole(140, 205),
    hair: chance.one(['black', 'grey', 'red', 'brown']),
  }),
  biometrics: (chance) => ({
    fingerprints: [{ format: 'iso-19794', data: base64(chance, chance.whole(60, 400)) }],
  }),
  documents: (chance) => ({
    items: [{ type: 'passport', number: `XX${chance.whole(1_000_000, 9_999_999)}` }],
  }),
  judicial: (chance, { status }) => ({
    basis: status === 'convicted' ? 'sentence' : 'prosecution',
    offences: [
      {
        description: 'an invented offence',
        category: 'ordinary-law',
        serious: true,
        maximumPenaltyYears: chance.whole(2, 25),
      },
    ],
    ...(status === 'convicted' ? { sentenceRemainingMonths: chance.whole(6, 120) } : {}),
  }),
  whereabouts: (chance) => ({ items: [{ place: chance.one(PLACES), country: chance.one(COUNTRIES) }] }),
  contacts: (chance) => ({ items: [{ type: 'phone', value: `+00 000 ${chance.whole(1000, 9999)}` }] }),
  associates: (chance) => ({ items: [{ name: chance.one(FAMILY), relation: 'said to know the person' }] }),
  assets: (chance) => ({
    items: [
      { type: 'bank-account', description: 'an invented account', valueEur: chance.whole(1_000, 9_000_000) },
    ],
  }),
  vehicles: (chance) => ({
    items: [{ type: 'car', make: 'Invented Motors', plate: `EX-${chance.whole(100, 999)}` }],
  }),
  modusOperandi: (chance) => ({ summary: prose(chance, 80) }),
  threat: (chance) => ({
    level: chance.one(['low', 'medium', 'high', 'imminent']),
    description: prose(chance, 60),
  }),
  narrative: (chance) => ({ text: prose(chance, size(chance)) }),
  sources: () => ({ items: [{ description: 'a statement taken for this exercise' }] }),
  media: (chance) => ({ items: [{ type: 'photograph', caption: 'invented', data: base64(chance, 200) }] }),
  references: (chance) => ({ external: [`EX-FILE-${chance.whole(1, 9999)}`] }),
  handlingNote: () => ({ text: 'Invented: ask before it is used elsewhere.' }),
};

/** Sizes of 1 to 100 KiB: mostly a few, sometimes a long report. */
function size(chance: Chance): number {
  const [from, to] = chance.weighted<readonly [number, number]>([
    [[300, 2_000], 80],
    [[2_000, 6_000], 16],
    [[6_000, 30_000], 3],
    [[30_000, 70_000], 1],
  ]);
  return chance.whole(from, to);
}

/** The requirements on the sections of one draft. */
export interface SectionWish {
  readonly kind: Kind;
  readonly status: string | undefined;
  readonly withNote: boolean;
}

/** Generates the sections of a kind, each with a canary of 16 random bytes in its remarks. */
export function inventSections(
  chance: Chance,
  { kind, status, withNote }: SectionWish,
): { readonly sections: Sections; readonly canaries: ReadonlyMap<Section, string> } {
  const { required, optional } = sectionsOf(kind);
  const others = optional.filter((section) => section !== 'handlingNote' && chance.next() < 0.6);
  const names = [...required, ...others, ...(withNote ? (['handlingNote'] as const) : [])];
  const canaries = new Map(names.map((name) => [name, chance.hex(16)]));
  const sections = Object.fromEntries(
    names.map((name) => [
      name,
      { ...MAKERS[name](chance, { kind, status }), remarks: `canary ${canaries.get(name)}` },
    ]),
  );
  return { sections, canaries };
}
