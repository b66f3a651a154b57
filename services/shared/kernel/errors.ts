/**
 * The one table of error codes. The code is API, the message is not.
 * `input`: the caller can mend it. `evidence`: what arrived cannot be trusted. `operational`: a retry may help.
 */
const FAMILY_OF = {
  'config-invalid': 'input',
  forbidden: 'input',
  'id-invalid': 'input',
  'idempotency-conflict': 'input',
  'json-hostile': 'input',
  'json-malformed': 'input',
  'kind-unknown': 'input',
  'media-type-unsupported': 'input',
  'method-not-allowed': 'input',
  'not-found': 'input',
  'not-replayable': 'input',
  'organisation-suspended': 'input',
  'organisation-unknown': 'input',
  oversize: 'input',
  'policy-invalid': 'input',
  'rate-limited': 'input',
  'review-required': 'input',
  'schema-invalid': 'input',
  'subject-invalid': 'input',
  unauthorised: 'input',
  usage: 'input',

  'audience-mismatch': 'evidence',
  'command-used': 'evidence',
  'delivery-unknown': 'evidence',
  'digest-mismatch': 'evidence',
  'directory-older': 'evidence',
  'disclosure-invalid': 'evidence',
  expired: 'evidence',
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
  'notice-ended': 'evidence',
  'poison-frame': 'evidence',
  'record-foreign': 'evidence',
  'revision-conflict': 'evidence',
  'routing-missing': 'evidence',
  'section-unexpected': 'evidence',
  'signature-invalid': 'evidence',
  'statement-conflict': 'evidence',
  superseded: 'evidence',
  'token-malformed': 'evidence',

  'auditor-silent': 'operational',
  busy: 'operational',
  'directory-stale': 'operational',
  full: 'operational',
  internal: 'operational',
  'ledger-damaged': 'operational',
  'not-ready': 'operational',
  'policy-missing': 'operational',
  'stream-missing': 'operational',
  'timed-out': 'operational',
  unreachable: 'operational',
} as const;

export type Code = keyof typeof FAMILY_OF;

/** Every code there is. */
export const CODES = Object.keys(FAMILY_OF) as readonly Code[];

/** Where in the input (JSON pointer, `file:line:col`, option name) and what is wrong there. Never holds content. */
export interface Detail {
  readonly path: string;
  readonly message: string;
}

interface Circumstances {
  readonly details?: readonly Detail[];
  readonly cause?: unknown;
}

/** Every failure that crosses a module border. `message` is safe to show: codes and own ids only. */
export class LiaisonError extends Error {
  readonly code: Code;
  readonly details: readonly Detail[];

  constructor(code: Code, message: string, { details = [], ...cause }: Circumstances = {}) {
    super(message, cause);
    this.name = 'LiaisonError';
    this.code = code;
    this.details = details;
  }

  get family(): 'input' | 'evidence' | 'operational' {
    return FAMILY_OF[this.code];
  }
}

/** Builds the error to throw: `throw fail('expired', …)`. */
export function fail(code: Code, message: string, details: readonly Detail[] = []): LiaisonError {
  return new LiaisonError(code, message, { details });
}

/** A code that came over the wire; one that this version does not know is `internal`. */
export function parseCode(value: unknown): Code {
  return typeof value === 'string' && Object.hasOwn(FAMILY_OF, value) ? (value as Code) : 'internal';
}

/** The one conversion at each edge; what is not ours becomes `internal` with the cause kept for the log. */
export function errorFrom(thrown: unknown): LiaisonError {
  if (thrown instanceof LiaisonError) return thrown;
  return new LiaisonError('internal', 'unexpected failure', { cause: thrown });
}

/** True when `thrown` is ours and bears one of the codes. */
export function isCode(thrown: unknown, ...codes: readonly Code[]): thrown is LiaisonError {
  return thrown instanceof LiaisonError && codes.includes(thrown.code);
}
