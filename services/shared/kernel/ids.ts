import { fail } from './errors.js';

declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** An organisation of the directory, as a subject token: `europol`. */
export type OrgId = Branded<string, 'OrgId'>;
/** A notice: UUID version 7, lower case. Unique within its originator only. */
export type NoticeId = Branded<string, 'NoticeId'>;
/** One revision of a notice: `<id>.<number>`. */
export type Jti = Branded<string, 'Jti'>;
/** A command: UUID version 7, lower case. Accepted once. */
export type CommandId = Branded<string, 'CommandId'>;
/** A holder's request for a section: UUID version 7, lower case. */
export type RequestId = Branded<string, 'RequestId'>;
/** A quarantined message: 64 hex digits, the SHA-256 of its exact bytes. Unique within its organisation only. */
export type EntryId = Branded<string, 'EntryId'>;
/** A frame: 64 hex digits, a SHA-256 of its bytes. */
export type FrameId = Branded<string, 'FrameId'>;

/** Maximum number of members of a federation. */
export const MAX_MEMBERS = 512;

const ORG = /^[a-z0-9][a-z0-9-]{0,63}$/;
const UUID7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
/** An id in the grammar, for messages. */
const EXAMPLE_ID = '01a21070-bbba-74cf-9b6c-e735c36b95a5';
const SHA256 = /^[0-9a-f]{64}$/;

/** True for an organisation id. Compares byte by byte: nothing is trimmed, case-folded or normalised. */
export function isOrgId(value: unknown): value is OrgId {
  return typeof value === 'string' && ORG.test(value);
}

/** Reads an organisation id. Throws `id-invalid`. */
export function parseOrgId(value: unknown): OrgId {
  if (isOrgId(value)) return value;
  throw fail(
    'id-invalid',
    'expected the id of an organisation: lower-case letters, digits and `-`, such as `europol`',
  );
}

/** Reads a notice id. Throws `id-invalid`. */
export function parseNoticeId(value: unknown): NoticeId {
  if (typeof value === 'string' && UUID7.test(value)) return value as NoticeId;
  throw fail('id-invalid', `expected the whole id of a notice, such as \`${EXAMPLE_ID}\``);
}

/** Reads a frame id. Throws `id-invalid`. */
export function parseFrameId(value: unknown): FrameId {
  if (typeof value === 'string' && SHA256.test(value)) return value as FrameId;
  throw fail('id-invalid', 'expected the id of a frame: 64 digits 0-9 and a-f');
}

/** Reads a command id. Throws `id-invalid`. */
export function parseCommandId(value: unknown): CommandId {
  if (typeof value === 'string' && UUID7.test(value)) return value as CommandId;
  throw fail('id-invalid', `expected the id of a command, such as \`${EXAMPLE_ID}\``);
}

/** Reads the id of a request for a section. Throws `id-invalid`. */
export function parseRequestId(value: unknown): RequestId {
  if (typeof value === 'string' && UUID7.test(value)) return value as RequestId;
  throw fail('id-invalid', `expected the id of a request, such as \`${EXAMPLE_ID}\``);
}

/** Reads the id of a quarantine entry. Throws `id-invalid`. */
export function parseEntryId(value: unknown): EntryId {
  if (typeof value === 'string' && SHA256.test(value)) return value as EntryId;
  throw fail('id-invalid', 'expected an entry of the quarantine: 64 digits 0-9 and a-f');
}

/** The highest number of a revision or an action (proto/schema/header.schema.json). */
export const MAX_NUMBER = 2 ** 52;

/** Reads the id of a revision, `<id>.<number>` with a number from 1 to `MAX_NUMBER`. Throws `id-invalid`. */
export function parseJti(value: unknown): Jti {
  const [id, number = '', ...rest] = typeof value === 'string' ? value.split('.') : [];
  const isNumber = /^[1-9][0-9]{0,15}$/.test(number) && Number(number) <= MAX_NUMBER;
  if (rest.length === 0 && id !== undefined && UUID7.test(id) && isNumber) return value as Jti;
  throw fail('id-invalid', `expected a revision of a notice, such as \`${EXAMPLE_ID}.1\``);
}

/** Returns the id of the notice that a revision is of. */
export function noticeIdOf(jti: Jti): NoticeId {
  return jti.slice(0, jti.indexOf('.')) as NoticeId;
}

/** Returns the number of a revision. */
export function revisionNumberOf(jti: Jti): number {
  return Number(jti.slice(jti.indexOf('.') + 1));
}

/** Builds the id of a revision. Throws `id-invalid` for a number outside 1 to `MAX_NUMBER`. */
export function jtiOf(id: NoticeId, number: number): Jti {
  return parseJti(`${id}.${number}`);
}
