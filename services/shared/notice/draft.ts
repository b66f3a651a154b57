import { rfc3339 } from '../kernel/clock.js';
import { type Code, type Detail, fail } from '../kernel/errors.js';
import type { NoticeId, OrgId } from '../kernel/ids.js';
import { isJsonObject } from '../kernel/json-object.js';
import { type Fault, isCrowded, schemaFaults } from './draft-faults.js';
import { memberFaults } from './draft-members.js';
import { after, isDuration, isWithin } from './duration.js';
import type { Documents } from './generated/documents.js';
import { type Kind, KINDS } from './kinds.js';
import { type Header, kindFault, type Notice, parseNotice, RETENTION } from './notice.js';
import { firstFault } from './schema.js';

/** A draft as submitted: with durations instead of dates, and with the routing in the header. */
export type Draft = NonNullable<Documents['draft']>;

const ADDED = ['id', 'number', 'originator', 'audience', 'issuedAt', 'reviewAt', 'expiresAt', 'approval'];

/** The most places of one draft that an error lists. */
const MAX_REPORTED = 20;

/**
 * Validates a draft. Throws one error with every faulty place: `schema-invalid`, `kind-unknown`, `review-required` if the person
 * who submits it for a review is not named, `organisation-unknown` if `members` are given and another organisation is named. The
 * code is that of the first fault.
 */
export function parseDraft(value: unknown, members?: readonly string[]): Draft {
  const faults = new Map<string, Coded>();
  for (const fault of faultsOf(value, members)) if (!faults.has(fault.key)) faults.set(fault.key, fault);
  const [first, ...more] = faults.values();
  if (first === undefined) return value as Draft;
  const detail = first.tell();
  const where = detail.path === '' ? '' : `\`${detail.path}\`: `;
  const details = [detail, ...more.slice(0, MAX_REPORTED - 1).map(({ tell }) => tell())];
  throw fail(first.code, `${where}${detail.message}${andMore(more.length)}`, details);
}

function andMore(count: number): string {
  if (count === 0) return '';
  const untold = count - (MAX_REPORTED - 1);
  return `; and ${count} more${untold > 0 ? `, ${untold} of which are not listed` : ''}`;
}

interface Coded extends Fault {
  readonly code: Code;
}

/** Returns the faults in the order to fix them; for one place only the first is reported. */
function faultsOf(draft: unknown, members: readonly string[] | undefined): readonly Coded[] {
  const header = isJsonObject(draft) ? draft['header'] : undefined;
  const kind = KINDS.find((known) => isJsonObject(header) && header['kind'] === known);
  const isNamed = isJsonObject(draft) && Object.hasOwn(draft, 'header');
  const crowd = isCrowded(draft) ? firstOf(draft, kind) : [];
  const whole = [
    ...coded('schema-invalid', told(addedFaults(draft))),
    ...coded('kind-unknown', told(isNamed && kind === undefined ? [kindFault(header)] : [])),
  ];
  if (crowd.length > 0) return [...whole, ...coded('schema-invalid', crowd)];
  return [
    ...whole,
    // The schema of the kind is narrower, so it comes first.
    ...coded('schema-invalid', schemaFaults([...(kind ? [`kind-${kind}`] : []), 'draft'], draft)),
    ...coded('review-required', told(reviewFaults(header))),
    ...coded('schema-invalid', told(durationFaults(header))),
    ...coded('organisation-unknown', members === undefined ? [] : memberFaults(header, members)),
  ];
}

function firstOf(draft: unknown, kind: Kind | undefined): readonly Fault[] {
  const found = firstFault('draft', draft) ?? (kind && firstFault(`kind-${kind}`, draft));
  return told(found === undefined ? [] : [found]);
}

const coded = (code: Code, faults: readonly Fault[]): readonly Coded[] =>
  faults.map((fault) => ({ ...fault, code }));
const told = (details: readonly Detail[]): readonly Fault[] =>
  details.map((detail) => ({ key: detail.path, tell: () => detail }));

function addedFaults(draft: unknown): readonly Detail[] {
  if (!isJsonObject(draft)) return [];
  const { header } = draft;
  const added = isJsonObject(header) ? ADDED.filter((name) => Object.hasOwn(header, name)) : [];
  const paths = added.map((name) => `/header/${name}`);
  const message = 'not part of a draft: the gateway adds it';
  return [...paths, ...(Object.hasOwn(draft, 'routing') ? ['/routing'] : [])].map((path) => ({
    path,
    message,
  }));
}

function reviewFaults(header: unknown): readonly Detail[] {
  const review = isJsonObject(header) ? header['neutralityReview'] : undefined;
  if (!isJsonObject(review) || Object.hasOwn(review, 'submittedBy')) return [];
  return [
    {
      path: '/header/neutralityReview/submittedBy',
      message: 'name the person who submits it: another one approves it',
    },
  ];
}

function durationFaults(header: unknown): readonly Detail[] {
  const { reviewAfter, expiresAfter } = isJsonObject(header) ? header : {};
  if (!isDuration(expiresAfter)) return [];
  const early = isDuration(reviewAfter) && !isWithin(reviewAfter, expiresAfter);
  return [
    ...(isWithin(expiresAfter, RETENTION)
      ? []
      : [{ path: '/header/expiresAfter', message: `expected at most ${RETENTION}` }]),
    ...(early ? [{ path: '/header/reviewAfter', message: 'expected at most `expiresAfter`' }] : []),
  ];
}

/** The values that the gateway adds to a draft. */
export interface Composing {
  readonly id: NoticeId;
  readonly number: number;
  readonly originator: OrgId;
  readonly now: Date;
}

/** Builds the notice to sign from a draft. Throws `schema-invalid`. */
export function composeNotice(draft: Draft, composing: Composing): Notice {
  const { addressees, excluded, consents, neutralityReview, reviewAfter, expiresAfter, ...kept } =
    draft.header;
  const { now, ...ids } = composing;
  const header: Header = {
    ...ids,
    issuedAt: rfc3339(now),
    reviewAt: rfc3339(after(now, reviewAfter)),
    expiresAt: rfc3339(after(now, expiresAfter)),
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
