import { fail } from '../kernel/errors.js';
import type { NoticeId, OrgId } from '../kernel/ids.js';
import { isJsonObject } from '../kernel/json-object.js';
import { after, isWithin } from './duration.js';
import type { Documents } from './generated/documents.js';
import { type Header, kindOf, type Notice, parseNotice, RETENTION } from './notice.js';
import { validate } from './schema.js';

/** What a person submits: relative times, and in the header what later becomes the routing. */
export type Draft = NonNullable<Documents['draft']>;

const ADDED = ['id', 'revision', 'number', 'originator', 'audience', 'issuedAt', 'reviewAt', 'expiresAt'];

/** Throws `schema-invalid` or `kind-unknown` with the place, `review-required` where a named approval is missing. */
export function parseDraft(value: unknown): Draft {
  refuseAdded(value);
  if (isJsonObject(value) && Object.hasOwn(value, 'header')) kindOf(value['header']);
  validate('draft', value);
  const draft = value as Draft;
  validate(`kind-${draft.header.kind}`, draft);
  checkApproval(draft.header);
  checkDurations(draft.header);
  return draft;
}

function located(code: 'review-required' | 'schema-invalid', path: string, message: string) {
  return fail(code, `\`${path}\`: ${message}`, [{ path, message }]);
}

function refuseAdded(draft: unknown): void {
  if (!isJsonObject(draft)) return;
  const { header } = draft;
  const added = isJsonObject(header) ? ADDED.find((name) => Object.hasOwn(header, name)) : undefined;
  const path = added === undefined ? '/routing' : `/header/${added}`;
  if (added !== undefined || Object.hasOwn(draft, 'routing'))
    throw located('schema-invalid', path, 'a draft has no such name: the gateway adds it');
}

function checkApproval({ neutralityReview }: Draft['header']): void {
  if (neutralityReview === undefined || neutralityReview.approvedBy !== undefined) return;
  const path = '/header/neutralityReview/approvedBy';
  throw located('review-required', path, 'a named person must approve it first');
}

function checkDurations({ reviewAfter, expiresAfter }: Draft['header']): void {
  if (!isWithin(expiresAfter, RETENTION))
    throw located('schema-invalid', '/header/expiresAfter', `expected at most ${RETENTION}`);
  if (!isWithin(reviewAfter, expiresAfter))
    throw located('schema-invalid', '/header/reviewAfter', 'expected at most `expiresAfter`');
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
