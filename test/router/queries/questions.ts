const ID = '01900000-0000-7000-8000-000000000009';

let numbers = 0;

/** Returns the `jti` of a notice that does not exist; another one at each call. */
export function someJti(): string {
  numbers += 1;
  return `${ID}.${numbers}`;
}

/** A valid question for a preview. */
export const PREVIEW = {
  type: 'preview',
  header: {
    id: ID,
    number: 1,
    kind: 'red',
    purpose: 'arrest',
    personStatus: 'wanted',
    minor: false,
    crimeAreas: ['cybercrime'],
    countries: ['FR'],
    handling: { codes: [], evaluation: { source: 'A', information: '1' }, tlp: 'green' },
    classification: 'basic',
    audience: 'listed',
    originator: 'europol',
    issuedAt: '2026-01-01T00:00:00Z',
    reviewAt: '2027-01-01T00:00:00Z',
    expiresAt: '2028-01-01T00:00:00Z',
  },
  routing: { addressees: ['interpol', 'afripol'], excluded: ['afripol'], consents: [] },
  sections: ['identity', 'biometrics'],
} as const;
