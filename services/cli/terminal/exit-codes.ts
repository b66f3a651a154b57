import type { Code, LiaisonError } from '../../shared/kernel/errors.js';

/** The exit codes of every verb; they are part of the public interface (docs/formats.md#exit-codes). */
export const EXIT = {
  yes: 0,
  /** The answer is no: a case fails, an invariant is broken, a verification fails, a notice was refused. */
  no: 1,
  /** Bad input or usage. */
  usage: 2,
  /** A loosening has no approval. */
  loosening: 3,
  /** Unreachable or timed out. */
  unreachable: 4,
  /** An analysis is incomplete, or contradicts the evaluator. */
  incomplete: 5,
  /** Ended by Ctrl-C. */
  interrupted: 130,
} as const;

/** One of the exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Codes of the input family that are an answer, not a mistake in the command line. */
const NO: readonly Code[] = [
  'not-found',
  'not-provable',
  'review-required',
  'idempotency-conflict',
  'organisation-suspended',
  'organisation-leaving',
  'organisation-left',
  'policy-refused',
  'internal',
];

/** Returns the exit code for an error. */
export function exitCodeOf({ code, family }: LiaisonError): ExitCode {
  if (code === 'loosening-unapproved') return EXIT.loosening;
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

/**
 * Returns the exit code for a thrown error. After Ctrl-C, or after the reader of stdout closed the pipe, an operational
 * error is only a consequence of stopping.
 */
export function exitCodeOfThrown(error: LiaisonError, stopping: AbortSignal): ExitCode {
  const isConsequence = error.family === 'operational' && error.code !== 'internal';
  if (!stopping.aborted || !isConsequence) return exitCodeOf(error);
  return stopping.reason === 'SIGPIPE' ? EXIT.yes : EXIT.interrupted;
}
