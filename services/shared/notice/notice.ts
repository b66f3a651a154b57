import { type Detail, fail } from '../kernel/errors.js';
import type { NoticeId, OrgId } from '../kernel/ids.js';
import { didYouMean } from '../kernel/nearest.js';
import { after } from './duration.js';
import type { Documents } from './generated/documents.js';
import { KINDS, type Kind, sectionsOf } from './kinds.js';
import { conforms, validate } from './schema.js';

type Generated = NonNullable<Documents['notice']>;

/** The header of a notice: visible to every recipient and read by policy. Instants are `YYYY-MM-DDTHH:MM:SSZ`. */
export type Header = Readonly<Omit<Generated['header'], 'id' | 'originator'>> & {
  readonly id: NoticeId;
  readonly originator: OrgId;
};

/** The routing of a notice, only for the router. `addressees` is present exactly if the audience is `listed`. */
export type Routing = Readonly<Omit<Generated['routing'], 'addressees' | 'excluded' | 'consents'>> & {
  readonly addressees?: readonly OrgId[];
  readonly excluded: readonly OrgId[];
  readonly consents: readonly OrgId[];
};

/** The sections of a notice by name. */
export type Sections = Readonly<Generated['sections']>;

/** The longest time from issue to expiry of a revision; an extension is a new revision. */
export const RETENTION = 'P5Y';

/** A whole notice, as its originator has it. */
export interface Notice {
  readonly header: Header;
  readonly routing: Routing;
  readonly sections: Sections;
}

/** True for a notice that leaves its gateway only with the approval of a person: for break-glass, or under neutrality review. */
export function needsApproval({ header, routing }: Pick<Notice, 'header' | 'routing'>): boolean {
  return header.breakGlass !== undefined || routing.neutralityReview !== undefined;
}

/** Validates a whole notice against the schema of its kind. Throws `schema-invalid` and `kind-unknown`. */
export function parseNotice(value: {
  readonly header: unknown;
  readonly routing: unknown;
  readonly sections: unknown;
}): Notice {
  const kind = kindOf(value.header);
  validate('notice', value);
  validate(`kind-${kind}`, value);
  const notice = value as Notice;
  checkInstants(notice.header);
  return notice;
}

/**
 * Validates a received notice: its header, and each disclosed section separately. Throws `schema-invalid`, `kind-unknown`, and
 * `section-unexpected` for a section that the kind does not have.
 */
export function parseReceived(value: {
  readonly header: unknown;
  readonly sections: object;
}): Pick<Notice, 'header' | 'sections'> {
  const kind = kindOf(value.header);
  const { required, optional } = sectionsOf(kind);
  validate('notice', value.header, '/header');
  validate(`kind-${kind}`, value.header, '/header');
  checkInstants(value.header as Header);
  const known: readonly string[] = [...required, ...optional];
  for (const [name, section] of Object.entries(value.sections)) {
    const path = `/sections/${name}`;
    if (!known.includes(name)) throw fail('section-unexpected', `\`${path}\`: not a section of this kind`);
    if (conforms(`sections.schema.json#/definitions/${name}`, section)) continue;
    const message = 'does not match its schema';
    throw fail('schema-invalid', `\`${path}\`: ${message}`, [{ path, message }]);
  }
  const received = value as Pick<Notice, 'header' | 'sections'>;
  // Code H3 refers to the handling note: policy never withholds it alone, so such a copy was tampered with.
  if (received.header.handling.codes.includes('H3') && received.sections.handlingNote === undefined) {
    const path = '/sections/handlingNote';
    throw fail('schema-invalid', `\`${path}\`: missing`, [{ path, message: 'missing' }]);
  }
  return received;
}

/** Returns the kind of a header, which selects its schema. Throws `kind-unknown` with the nearest kind. */
export function kindOf(header: unknown): Kind {
  const found = KINDS.find((known) => known === namedKind(header));
  if (found !== undefined) return found;
  const fault = kindFault(header);
  throw fail('kind-unknown', `\`${fault.path}\`: ${fault.message}`, [fault]);
}

/** Returns the fault of a header with an unknown kind. */
export function kindFault(header: unknown): Detail {
  const kind = namedKind(header);
  const near = typeof kind === 'string' ? didYouMean(kind, KINDS) : '';
  return { path: '/header/kind', message: `expected one of ${KINDS.join(', ')}${near}` };
}

function namedKind(header: unknown): unknown {
  return typeof header === 'object' && header !== null && 'kind' in header ? header.kind : undefined;
}

/** Requires the order of issue, review and expiry, and an expiry within `RETENTION`. */
function checkInstants({ issuedAt, reviewAt, expiresAt }: Header): void {
  const message = misplaced(issuedAt, reviewAt, expiresAt);
  if (message === undefined) return;
  throw fail('schema-invalid', `\`/header/expiresAt\`: ${message}`, [{ path: '/header/expiresAt', message }]);
}

function misplaced(issuedAt: string, reviewAt: string, expiresAt: string): string | undefined {
  if (issuedAt >= expiresAt || issuedAt > reviewAt || reviewAt > expiresAt)
    return 'expected issuedAt ≤ reviewAt ≤ expiresAt, and issuedAt before expiresAt';
  const late = new Date(expiresAt) > after(new Date(issuedAt), RETENTION);
  return late ? `expected at most ${RETENTION} after issuedAt` : undefined;
}
