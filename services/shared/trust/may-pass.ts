import { type Code, LiaisonError } from '../kernel/errors.js';

interface Waits {
  /** Waits out `issued-in-future`: a clock that was set back is corrected, and a signature made ahead of time becomes valid. */
  readonly clock: boolean;
  /** Waits out `key-unknown` before this attempt: a directory that lists the key may arrive a moment after what the key signed. */
  readonly keyUntilAttempt: number;
  /**
   * Waits out `contract-unknown`, until a release is installed that knows the form. True only for what the hub signed or what
   * the process wrote itself, and where nothing stands behind it or nothing behind it may be used: what a member or a person
   * sends must not hold up what is sent after it.
   */
  readonly contract: boolean;
}

const ALWAYS = Number.POSITIVE_INFINITY;
const NOTHING: Waits = { clock: false, keyUntilAttempt: 0, contract: false };

/**
 * Which failures of evidence are temporary, for each kind of evidence; every other failure is final. The
 * kinds differ in how often they are read again and in what a final answer costs (docs/architecture.md#rule-6).
 */
const WAITS = {
  /**
   * A message that a gateway takes from its IN: a rejection is signed and cannot be taken back. Messages behind one that waits
   * are taken.
   */
  'gateway-frame': { clock: true, keyUntilAttempt: ALWAYS, contract: true },
  /** A frame of notices at the router. A final failure puts it into quarantine without a report: the outbox offers it again. */
  submission: { clock: false, keyUntilAttempt: 3, contract: false },
  /** A notice of a frame. A refusal is signed and final; a temporary failure makes the whole frame fail. */
  notice: { clock: true, keyUntilAttempt: 0, contract: true },
  /** A receipt at the router. */
  receipt: { clock: false, keyUntilAttempt: 3, contract: false },
  /** The delivery statement that proves a receipt's delivery to a router that does not know it. */
  'delivery-proof': NOTHING,
  /** A delivery in PARKED. */
  'parked-copy': { clock: true, keyUntilAttempt: 5, contract: false },
  /** A gateway's query: its answer is useful immediately or not at all. */
  query: NOTHING,
  /** A person's command. */
  command: { clock: false, keyUntilAttempt: 3, contract: false },
  /** A message in QUARANTINE, which the hub signed. */
  'quarantine-entry': NOTHING,
  /** A record that a router reads from LEDGER or the auditor's archive; a skipped record could be a narrowing. */
  'ledger-record': { clock: true, keyUntilAttempt: ALWAYS, contract: true },
  /** A record that the auditor is to archive; the result must depend on bytes and directory, not on when it was read. */
  'record-to-archive': { clock: true, keyUntilAttempt: ALWAYS, contract: true },
  /** The auditor's own last heartbeat, read when it starts. */
  'own-heartbeat': { ...NOTHING, contract: true },
} as const satisfies Readonly<Record<string, Waits>>;

/** A kind of evidence; each kind has its own failures that are waited out. */
export type Evidence = keyof typeof WAITS;

/**
 * True for a code of the family `evidence` that may no longer apply later or with a newer directory, so that
 * the same bytes are to be verified again. `attempt` counts from 1.
 */
export function isWaitedOut(code: Code, evidence: Evidence, attempt = 1): boolean {
  const { clock, keyUntilAttempt, contract }: Waits = WAITS[evidence];
  if (code === 'key-unknown') return attempt < keyUntilAttempt;
  return (clock && code === 'issued-in-future') || (contract && code === 'contract-unknown');
}

/** True for a code that a reader's clock can cause when it is ahead, although the bytes are valid. */
export function isClockDependent(code: string): boolean {
  return code === 'expired' || code === 'key-revoked';
}

/** True for a temporary failure: any operational one, and those that this kind of evidence waits out. */
export function mayPass(error: LiaisonError, evidence: Evidence, attempt = 1): boolean {
  return error.family === 'operational' || isWaitedOut(error.code, evidence, attempt);
}

/**
 * Returns the code of a final failure. Throws a temporary one: an operational failure as it is, any other as
 * `not-ready` with the failure as its cause.
 */
export function finalCode(error: LiaisonError, evidence: Evidence, attempt = 1): Code {
  if (error.family === 'operational') throw error;
  if (isWaitedOut(error.code, evidence, attempt)) {
    throw new LiaisonError('not-ready', error.message, { cause: error });
  }
  return error.code;
}
