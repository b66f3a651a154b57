import type { Code, LiaisonError } from '../../shared/kernel/errors.js';

/** The one table of exit codes; they are API (docs/formats.md#exit-codes). */
export const EXIT = {
  yes: 0,
  /** A case fails, an invariant is broken, a verification fails, a notice was refused. */
  no: 1,
  /** Bad input or usage. */
  usage: 2,
  /** A loosening that nobody approved. */
  loosening: 3,
  /** Unreachable or timed out. */
  unreachable: 4,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What the input family says that is no mistake of the caller's words. */
const NO: readonly Code[] = ['not-found', 'review-required', 'idempotency-conflict', 'internal'];

export function exitCodeOf({ code, family }: LiaisonError): ExitCode {
  if (NO.includes(code)) return EXIT.no;
  switch (family) {
    case 'input':
      return EXIT.usage;
    case 'evidence':
      return EXIT.no;
    case 'operational':
      return EXIT.unreachable;
  }
}

/** What a call that was given up ends with: what it throws once Ctrl-C was pressed is only the way out. */
export function exitCodeOfThrown(error: LiaisonError, stopping: AbortSignal | undefined): ExitCode {
  const isWayOut = error.family === 'operational' && error.code !== 'internal';
  return stopping?.aborted === true && isWayOut ? EXIT.interrupted : exitCodeOf(error);
}
