/**
 * The only table of error codes. A code is API; its message is not.
 * `input`: the caller can correct it. `evidence`: what arrived cannot be trusted. `operational`: a retry may help.
 */
const FAMILY_OF = {
  'config-invalid': 'input',
  'content-lost': 'input',
  forbidden: 'input',
  'home-newer': 'input',
  'home-older': 'input',
  'id-invalid': 'input',
  'id-taken': 'input',
  'idempotency-conflict': 'input',
  'json-hostile': 'input',
  'json-malformed': 'input',
  'kind-unknown': 'input',
  'loosening-unapproved': 'input',
  'media-type-unsupported': 'input',
  'method-not-allowed': 'input',
  'not-found': 'input',
  'not-provable': 'input',
  'not-replayable': 'input',
  'not-yet': 'input',
  'organisation-leaving': 'input',
  'organisation-left': 'input',
  'organisation-suspended': 'input',
  'organisation-unknown': 'input',
  oversize: 'input',
  'policy-invalid': 'input',
  'policy-refused': 'input',
  'proposal-unknown': 'input',
  'rate-limited': 'input',
  'review-required': 'input',
  'schema-invalid': 'input',
  'second-person-needed': 'input',
  'subject-invalid': 'input',
  unauthorised: 'input',
  usage: 'input',

  'audience-mismatch': 'evidence',
  'command-used': 'evidence',
  'contract-unknown': 'evidence',
  'cosignature-replayed': 'evidence',
  'delivery-differs': 'evidence',
  'delivery-unknown': 'evidence',
  'digest-mismatch': 'evidence',
  'directory-older': 'evidence',
  'disclosure-invalid': 'evidence',
  expired: 'evidence',
  'extension-not-alone': 'evidence',
  'extension-too-late': 'evidence',
  'extension-too-long': 'evidence',
  'frame-id-mismatch': 'evidence',
  'frame-unreadable': 'evidence',
  'header-mismatch': 'evidence',
  'issued-in-future': 'evidence',
  'issuer-mismatch': 'evidence',
  'key-expired': 'evidence',
  'key-invalid': 'evidence',
  'key-not-yet-valid': 'evidence',
  'key-revoked': 'evidence',
  'key-unknown': 'evidence',
  'member-suspended': 'evidence',
  'log-forked': 'evidence',
  'log-life-differs': 'evidence',
  'log-truncated': 'evidence',
  'not-approved': 'evidence',
  'not-own-notice': 'evidence',
  'not-permitted': 'evidence',
  'not-withheld': 'evidence',
  'note-malformed': 'evidence',
  'notice-ended': 'evidence',
  'number-conflict': 'evidence',
  'poison-frame': 'evidence',
  'receipt-conflict': 'evidence',
  'record-doubled': 'evidence',
  'record-dropped': 'evidence',
  'record-flipped': 'evidence',
  'record-foreign': 'evidence',
  'record-reordered': 'evidence',
  'release-refused': 'evidence',
  'request-answered': 'evidence',
  'request-open': 'evidence',
  'request-used': 'evidence',
  'routing-missing': 'evidence',
  'salt-changed': 'evidence',
  'section-unexpected': 'evidence',
  'signature-invalid': 'evidence',
  'statement-conflict': 'evidence',
  superseded: 'evidence',
  'suspension-too-long': 'evidence',
  'token-malformed': 'evidence',
  'too-far-ahead': 'evidence',
  'too-many-actions': 'evidence',
  'welcome-foreign': 'evidence',
  'witness-missing': 'evidence',

  'auditor-silent': 'operational',
  busy: 'operational',
  'clock-ahead': 'operational',
  'directory-stale': 'operational',
  'disk-failed': 'operational',
  full: 'operational',
  internal: 'operational',
  'ledger-damaged': 'operational',
  'ledger-rolled-back': 'operational',
  'not-ready': 'operational',
  'policies-missing': 'operational',
  'policy-missing': 'operational',
  'signing-clock-ahead': 'operational',
  'stream-missing': 'operational',
  'timed-out': 'operational',
  unreachable: 'operational',
} as const;

/** A code of the table. */
export type Code = keyof typeof FAMILY_OF;

/** Every code of the table. */
export const CODES = Object.keys(FAMILY_OF) as readonly Code[];

/** One fault and its place in the input: a JSON pointer, `file:line:col` or the name of an option. Never holds content. */
export interface Detail {
  readonly path: string;
  readonly message: string;
}

/** Returns the first fault in words, and how many more there are: `a.cedar:1:1: no rules, and 2 more`. */
export function detailsText(details: readonly Detail[]): string {
  const [first] = details;
  if (first === undefined) return '';
  const more = details.length > 1 ? `, and ${details.length - 1} more` : '';
  return `${first.path}: ${first.message}${more}`;
}

interface LiaisonErrorOptions {
  readonly details?: readonly Detail[];
  readonly cause?: unknown;
}

/** The error that every module throws. `message` is safe to show: it holds codes and the caller's own ids only. */
export class LiaisonError extends Error {
  readonly code: Code;
  readonly details: readonly Detail[];

  constructor(code: Code, message: string, { details = [], ...cause }: LiaisonErrorOptions = {}) {
    super(message, cause);
    this.name = 'LiaisonError';
    this.code = code;
    this.details = details;
  }

  /** Who can do something about it: see the table. */
  get family(): 'input' | 'evidence' | 'operational' {
    return FAMILY_OF[this.code];
  }
}

/** Creates the error to throw: `throw fail('expired', …)`. */
export function fail(code: Code, message: string, details: readonly Detail[] = []): LiaisonError {
  return new LiaisonError(code, message, { details });
}

/** Reads a code received over the wire; a code that this version does not know becomes `internal`. */
export function parseCode(value: unknown): Code {
  return typeof value === 'string' && Object.hasOwn(FAMILY_OF, value) ? (value as Code) : 'internal';
}

/** Converts anything thrown: a `LiaisonError` is returned as it is, everything else becomes `internal` with it as `cause`. */
export function errorFrom(thrown: unknown): LiaisonError {
  if (thrown instanceof LiaisonError) return thrown;
  return new LiaisonError('internal', 'unexpected failure', { cause: thrown });
}

/** True for a `LiaisonError` with one of these codes. */
export function isCode(thrown: unknown, ...codes: readonly Code[]): thrown is LiaisonError {
  return thrown instanceof LiaisonError && codes.includes(thrown.code);
}
