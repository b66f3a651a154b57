import type { Literal } from '../../policy/expression.js';

/** Plain names of the schema's attributes that hold one word. */
export const NOUNS: Readonly<Record<string, string>> = {
  'principal.id': 'the recipient',
  'resource.originator': 'the originator',
  'resource.kind': 'the kind of the notice',
  'resource.purpose': 'the purpose of the notice',
  'resource.personStatus': 'the status of the person',
  'resource.evaluation.source': 'the evaluation of the source',
  'resource.evaluation.information': 'the evaluation of the information',
  'resource.tlp': 'the TLP marking',
  'resource.classification': 'the classification of the notice',
  'resource.audience': 'the audience of the notice',
  'resource.breakGlass': 'the reason of break-glass',
  'context.section': 'the section',
};

/** Plain phrases for an attribute that holds several words: that it has a word, lacks it, and its plural noun. */
export interface SetPhrases {
  readonly has: string;
  readonly lacks: string;
  readonly noun: string;
}

/** Phrases of the schema's attributes that hold several words. */
export const SET_PHRASES: Readonly<Record<string, SetPhrases>> = {
  'principal.groups': {
    has: 'the recipient belongs to',
    lacks: 'the recipient does not belong to',
    noun: 'groups of the recipient',
  },
  'principal.accreditedFor': {
    has: 'the recipient is accredited for',
    lacks: 'the recipient is not accredited for',
    noun: 'accreditations of the recipient',
  },
  'principal.agreements': {
    has: 'the recipient has an agreement with',
    lacks: 'the recipient has no agreement with',
    noun: 'agreements of the recipient',
  },
  'resource.crimeAreas': {
    has: 'the crime areas include',
    lacks: 'the crime areas do not include',
    noun: 'crime areas',
  },
  'resource.countries': {
    has: 'the countries concerned include',
    lacks: 'the countries concerned do not include',
    noun: 'countries concerned',
  },
  'resource.codes': {
    has: 'the handling codes include',
    lacks: 'the handling codes do not include',
    noun: 'handling codes',
  },
  'resource.consents': {
    has: "the originator's consent is recorded for",
    lacks: "the originator's consent is not recorded for",
    noun: 'recorded consents',
  },
};

/** Phrases of the schema's attributes that are true or false. */
export const FLAGS: Readonly<Record<string, readonly [is: string, isNot: string]>> = {
  'resource.minor': ['the person is a minor', 'the person is not a minor'],
  'resource.reviewed': ['a second person approved the notice', 'no second person approved the notice'],
};

/** Words that need an explanation for readers who do not use them every day, such as the 4×4 evaluation. */
const WORDS: Readonly<Record<string, string>> = {
  'Audience all': 'all members',
  'Audience listed': 'listed recipients only',
  'Kind un-special': 'UN special',
  'Source A': 'A (no doubt)',
  'Source B': 'B (mostly reliable)',
  'Source C': 'C (mostly unreliable)',
  'Source X': 'X (cannot be assessed)',
  'Information 1': '1 (not in doubt)',
  'Information 2': '2 (known personally to the source)',
  'Information 3': '3 (corroborated)',
  'Information 4': '4 (cannot be corroborated)',
};

/** Returns a word in plain English: `modusOperandi` becomes `modus operandi`. */
export function wordOf({ type, id }: Literal): string {
  return WORDS[`${type} ${id}`] ?? id.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** Returns `a`, `a or b`, `a, b or c`. */
export function listOf(words: readonly string[], last: 'and' | 'or'): string {
  const [end = ''] = words.slice(-1);
  return words.length < 2 ? end : `${words.slice(0, -1).join(', ')} ${last} ${end}`;
}
