import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import { errors } from '@nats-io/transport-node';
import { LiaisonError } from '../kernel/errors.js';

/** What a failed request to JetStream means for whoever asked. */
export type BusFailure = 'conflict' | 'full' | 'ask-again' | 'fatal';

/** Store failed (full, or a duplicate per subject: never taken for "already there") and the account's quota. */
const FULL = [10077, 10002];
/** The leader is undecided (10158, 10163, 10164): nobody knows yet whether it was stored. */
const UNDECIDED = [10158, 10163, 10164];
const UNAVAILABLE = 503;
const MISSING: readonly number[] = [JetStreamApiCodes.StreamNotFound, JetStreamApiCodes.ConsumerNotFound];

/** Classifies by code alone, never by text. The order matters: 10077 comes with the status 503. */
export function verdictOf(error: unknown): BusFailure {
  if (error instanceof JetStreamApiError) {
    if (error.code === JetStreamApiCodes.StreamWrongLastSequence) return 'conflict';
    if (FULL.includes(error.code)) return 'full';
    return UNDECIDED.includes(error.code) || error.status === UNAVAILABLE ? 'ask-again' : 'fatal';
  }
  if (error instanceof errors.TimeoutError) return 'ask-again';
  if (error instanceof errors.RequestError) {
    // No responders, or a connection lost before the answer; only what is not permitted stays so.
    return error.cause instanceof errors.PermissionViolationError ? 'fatal' : 'ask-again';
  }
  // "jetstream is not enabled" wraps what it was: a cluster without a leader, a server that is starting.
  return error instanceof Error && error.cause !== undefined ? verdictOf(error.cause) : 'fatal';
}

/** The one conversion from the client's errors to ours. */
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
    return ['stream-missing', 'a provisioned stream or consumer is not there'];
  }
  if (is(errors.PermissionViolationError)) return ['forbidden', 'the broker does not permit this'];
  if (is(errors.ClosedConnectionError, errors.DrainingConnectionError)) {
    return ['unreachable', 'the connection to the broker is closed'];
  }
  if (is(errors.InvalidArgumentError)) return ['oversize', 'the message is larger than the broker takes'];
  if (verdictOf(error) === 'ask-again') return ['unreachable', 'the broker does not answer'];
  return ['internal', 'the broker refused'];
}
