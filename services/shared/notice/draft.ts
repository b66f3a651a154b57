import { fail } from '../kernel/errors.js';
import type { NoticeId, OrgId } from '../kernel/ids.js';
import { after, isWithinYears } from './duration.js';
import type { Documents } from './generated/documents.js';
import { type Header, kindOf, type Notice, parseNotice } from './notice.js';
import { validate } from './schema.js';

/** What a person submits: relative times, and in the header what later becomes the routing. */
export type Draft = NonNullable<Documents['draft']>;

const ADDED = ['id', 'revision', 'number', 'originator', 'audience', 'issuedAt', 'reviewAt', 'expiresAt'];
const MOST_YEARS = 5;

/** Throws `schema-invalid` or `kind-unknown` with the place, `review-required` where a named approval is missing. */
export function parseDraft(value: unknown): Draft {
  if (typeof value === 'object' && value !== null && 'header' in value) {
    refuseAdded(value.header);
    kindOf(value.header);
  }
  validate('draft', value);
  const draft = value as Draft;
  validate(`kind-${draft.header.kind}`, draft);
  const { neutralityReview, reviewAfter, expiresAfter } = draft.header;
  if (neutralityReview !== undefined && neutralityReview.approvedBy === undefined) {
    throw located(
      'review-required',
      '/header/neutralityReview/approvedBy',
      'a named person must approve it first',
    );
  }
  for (const [name, duration] of Object.entries({ reviewAfter, expiresAfter })) {
    if (isWithinYears(duration, MOST_YEARS)) continue;
    throw located('schema-invalid', `/header/${name}`, `expected at most ${MOST_YEARS} years`);
  }
  return draft;
}

function located(code: 'review-required' | 'schema-invalid', path: string, message: string) {
  return fail(code, `\`${path}\`: ${message}`, [{ path, message }]);
}

function refuseAdded(header: unknown): void {
  if (typeof header !== 'object' || header === null) return;
  const added = ADDED.find((name) => Object.hasOwn(header, name));
  if (added !== undefined)
    throw located('schema-invalid', `/header/${added}`, 'a draft has no such name: the gateway adds it');
}

/** What the gateway adds to a draft. */
export interface Composing {
  readonly id: NoticeId;
  readonly revision: number;
  readonly number: number;
  readonly originator: OrgId;
  readonly now: Date;
}

/** The notice of a draft, as it will be signed. Throws `schema-invalid`. */
export function composeNotice(draft: Draft, composing: Composing): Notice {
  const { addressees, excluded, consents, neutralityReview, reviewAfter, expiresAfter, ...kept } =
    draft.header;
  const { now, ...ids } = composing;
  const header: Header = {
    ...ids,
    issuedAt: instant(now),
    reviewAt: instant(after(now, reviewAfter)),
    expiresAt: instant(after(now, expiresAfter)),
    ...kept,
    audience: addressees === 'all' ? 'all' : 'listed',
  };
  const routing = {
    ...(addressees === 'all' ? {} : { addressees }),
    excluded: excluded ?? [],
    consents: consents ?? [],
    ...(neutralityReview === undefined ? {} : { neutralityReview }),
  };
  return parseNotice({ header, routing, sections: draft.sections });
}

/** Whole seconds, so that the claims `iat` and `exp` can equal them. */
function instant(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
