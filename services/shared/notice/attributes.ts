import type { OrgId } from '../kernel/ids.js';
import type { Header, Routing } from './notice.js';

/** The attributes of a notice that policy reads. Records hold them, so that a decision can be repeated. */
export interface Attributes
  extends Pick<
    Header,
    'originator' | 'kind' | 'purpose' | 'minor' | 'crimeAreas' | 'countries' | 'classification' | 'audience'
  > {
  readonly personStatus?: NonNullable<Header['personStatus']>;
  readonly codes: Header['handling']['codes'];
  readonly evaluation: Header['handling']['evaluation'];
  readonly tlp: Header['handling']['tlp'];
  readonly consents: readonly OrgId[];
  /** True for a notice under neutrality review, which a router takes only with the approval of a second person. */
  readonly reviewed: boolean;
  /** The reason for which an approver of the originator used break-glass; absent otherwise. */
  readonly breakGlass?: NonNullable<Header['breakGlass']>;
}

/**
 * Extracts the attributes. Takes from the routing only the consents and whether it asks for a review: policy reads no address
 * lists, and records omit them.
 */
export function attributesOf(header: Header, routing: Routing): Attributes {
  const { originator, kind, purpose, personStatus, minor, crimeAreas, countries, handling, breakGlass } =
    header;
  return {
    originator,
    kind,
    purpose,
    ...(personStatus === undefined ? {} : { personStatus }),
    minor,
    crimeAreas,
    countries,
    codes: handling.codes,
    evaluation: handling.evaluation,
    tlp: handling.tlp,
    classification: header.classification,
    audience: header.audience,
    consents: routing.consents,
    reviewed: routing.neutralityReview !== undefined,
    ...(breakGlass === undefined ? {} : { breakGlass }),
  };
}

/** The form of every attribute of a notice, whatever a schema of policies says: a word, a set of words, or a flag. */
export const ATTRIBUTE_FORMS: Readonly<Record<string, 'word' | 'set' | 'flag'>> = {
  originator: 'word',
  kind: 'word',
  purpose: 'word',
  personStatus: 'word',
  minor: 'flag',
  crimeAreas: 'set',
  countries: 'set',
  codes: 'set',
  'evaluation.source': 'word',
  'evaluation.information': 'word',
  tlp: 'word',
  classification: 'word',
  audience: 'word',
  consents: 'set',
  reviewed: 'flag',
  breakGlass: 'word',
};

/** The attributes that a notice may lack. */
export const OPTIONAL_ATTRIBUTES: readonly string[] = ['personStatus', 'breakGlass'];
