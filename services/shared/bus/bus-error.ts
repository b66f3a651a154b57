import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import { errors } from '@nats-io/transport-node';
import { LiaisonError } from '../kernel/errors.js';

/** How a caller should treat a failed request to JetStream; `ask-again`: it is unknown whether it took effect. */
export type BusFailure = 'conflict' | 'full' | 'ask-again' | 'fatal';

/** The store failed, because it is full or the subject has its maximum of messages, or the account's quota is used up. */
const FULL = [10077, 10002];
/** The cluster has no agreed leader: it is unknown whether the message was stored. */
const UNDECIDED = [10158, 10163, 10164];
const UNAVAILABLE = 503;
const MISSING: readonly number[] = [JetStreamApiCodes.StreamNotFound, JetStreamApiCodes.ConsumerNotFound];

/**
 * Classifies an error by its codes, never by its text. `FULL` is checked before the status, because its code
 * 10077 also has the status 503.
 */
export function verdictOf(error: unknown): BusFailure {
  if (error instanceof JetStreamApiError) {
    if (error.code === JetStreamApiCodes.StreamWrongLastSequence) return 'conflict';
    if (FULL.includes(error.code)) return 'full';
    return UNDECIDED.includes(error.code) || error.status === UNAVAILABLE ? 'ask-again' : 'fatal';
  }
  if (error instanceof errors.TimeoutError) return 'ask-again';
  if (error instanceof errors.RequestError) {
    // No responders, or a connection lost before the answer: both may be temporary. A missing permission is
    // not.
    return error.cause instanceof errors.PermissionViolationError ? 'fatal' : 'ask-again';
  }
  // The client's "jetstream is not enabled" has the actual error as its cause: no leader, or a server that is starting.
  return error instanceof Error && error.cause !== undefined ? verdictOf(error.cause) : 'fatal';
}

/** Converts an error of the NATS client: `stream-missing`, `forbidden`, `unreachable`, `oversize` or `internal`. */
export function busError(error: unknown): LiaisonError {
  if (error instanceof LiaisonError) return error;
  const [code, words] = meaningOf(error);
  return new LiaisonError(code, words, { cause: error });
}

function meaningOf(
  error: unknown,
): ['stream-missing' | 'forbidden' | 'unreachable' | 'oversize' | 'internal', string] {
  const is = (...kinds: readonly (new (...args: never[]) => Error)[]): boolean =>
    kinds.some((kind) => error instanceof kind || (error instanceof Error && error.cause instanceof kind));
  if (error instanceof JetStreamApiError && MISSING.includes(error.code)) {
    return ['stream-missing', 'a provisioned stream or consumer is missing'];
  }
  if (is(errors.PermissionViolationError)) return ['forbidden', 'the broker does not permit this'];
  if (is(errors.ClosedConnectionError, errors.DrainingConnectionError)) {
    return ['unreachable', 'the connection to the broker is closed'];
  }
  if (is(errors.InvalidArgumentError)) return ['oversize', 'the message is larger than the broker accepts'];
  if (verdictOf(error) === 'ask-again') return ['unreachable', 'the broker does not answer'];
  return ['internal', 'the broker refused the request'];
}
