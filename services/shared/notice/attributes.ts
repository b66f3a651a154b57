import type { OrgId } from '../kernel/ids.js';
import type { Header, Routing } from './notice.js';

/** Exactly what policy reads of a notice; it goes into the record, so that anybody can decide again. */
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
}

/** Of the routing only the consents: who is addressed or excluded is not policy's, and not on the ledger. */
export function attributesOf(header: Header, routing: Routing): Attributes {
  const { originator, kind, purpose, personStatus, minor, crimeAreas, countries, handling } = header;
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
  };
}
