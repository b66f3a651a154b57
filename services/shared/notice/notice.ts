import { type Detail, fail } from '../kernel/errors.js';
import type { NoticeId, OrgId } from '../kernel/ids.js';
import { didYouMean } from '../kernel/nearest.js';
import { after } from './duration.js';
import type { Documents } from './generated/documents.js';
import { KINDS, type Kind, sectionsOf } from './kinds.js';
import { conforms, validate } from './schema.js';

type Generated = NonNullable<Documents['notice']>;

/** Always visible; what policy reads. Instants are `YYYY-MM-DDTHH:MM:SSZ`. */
export type Header = Readonly<Omit<Generated['header'], 'id' | 'originator'>> & {
  readonly id: NoticeId;
  readonly originator: OrgId;
};

/** For the router alone. `addressees` is there exactly when the audience is `listed`. */
export type Routing = Readonly<Omit<Generated['routing'], 'addressees' | 'excluded' | 'consents'>> & {
  readonly addressees?: readonly OrgId[];
  readonly excluded: readonly OrgId[];
  readonly consents: readonly OrgId[];
};

export type Sections = Readonly<Generated['sections']>;

/** The longest life of a revision; an extension is a revision of its own. */
export const RETENTION = 'P5Y';

export interface Notice {
  readonly header: Header;
  readonly routing: Routing;
  readonly sections: Sections;
}

/** The whole document against the schema of its kind. Throws `schema-invalid`, `kind-unknown`. */
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
 * What a recipient got: the header as its kind has it, and each disclosed section alone, of those its kind may have.
 * Throws `schema-invalid`, `kind-unknown`, `section-unexpected`.
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
    const message = 'not as its schema says';
    throw fail('schema-invalid', `\`${path}\`: ${message}`, [{ path, message }]);
  }
  const received = value as Pick<Notice, 'header' | 'sections'>;
  // What may be done with it stands there: a copy without it was cut by somebody other than policy.
  if (received.header.handling.codes.includes('H3') && received.sections.handlingNote === undefined) {
    const path = '/sections/handlingNote';
    throw fail('schema-invalid', `\`${path}\`: missing`, [{ path, message: 'missing' }]);
  }
  return received;
}

/** The kind, before its schema can be chosen. Throws `kind-unknown` with the nearest. */
export function kindOf(header: unknown): Kind {
  const found = KINDS.find((known) => known === namedKind(header));
  if (found !== undefined) return found;
  const fault = kindFault(header);
  throw fail('kind-unknown', `\`${fault.path}\`: ${fault.message}`, [fault]);
}

/** What is said of a header whose kind is none. */
export function kindFault(header: unknown): Detail {
  const kind = namedKind(header);
  const near = typeof kind === 'string' ? didYouMean(kind, KINDS) : '';
  return { path: '/header/kind', message: `expected one of ${KINDS.join(', ')}${near}` };
}

function namedKind(header: unknown): unknown {
  return typeof header === 'object' && header !== null && 'kind' in header ? header.kind : undefined;
}

/** Issued before it is reviewed, reviewed no later than it expires, and kept no longer than anybody may keep it. */
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
