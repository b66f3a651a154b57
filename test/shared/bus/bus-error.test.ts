import { JetStreamApiError } from '@nats-io/jetstream';
import { errors } from '@nats-io/transport-node';
import { describe, expect, test } from 'vitest';
import { busError, verdictOf } from '../../../services/shared/bus/bus-error.js';

const api = (err_code: number, code = 400, description = ''): Error =>
  new JetStreamApiError({ code, err_code, description });

describe('verdictOf', () => {
  test.each([
    ['10071 is a conflict, whatever its text', api(10071, 400, 'wrong last sequence: 7'), 'conflict'],
    ['10077 is full, although its status is 503', api(10077, 503, 'maximum messages exceeded'), 'full'],
    [
      '10077 for a duplicate is full, never a conflict',
      api(10077, 503, 'maximum messages per subject exceeded'),
      'full',
    ],
    ['10002 is full', api(10002, 400, 'resource limits exceeded for account'), 'full'],
    ['10158 is asked again', api(10158), 'ask-again'],
    ['10163 is asked again', api(10163), 'ask-again'],
    ['10164 is asked again', api(10164), 'ask-again'],
    [
      'any other 503 is asked again',
      api(10008, 503, 'JetStream system temporarily unavailable'),
      'ask-again',
    ],
    ['a time-out is asked again', new errors.TimeoutError(), 'ask-again'],
    [
      'no responders (a cluster without a leader) is asked again',
      new Error('jetstream is not enabled', {
        cause: new errors.RequestError('', { cause: new errors.NoRespondersError('x') }),
      }),
      'ask-again',
    ],
    [
      'a connection lost before the answer is asked again',
      new errors.RequestError('disconnected'),
      'ask-again',
    ],
    [
      'a missing permission is final',
      new errors.RequestError('', { cause: new errors.PermissionViolationError('', 'publish', 'x') }),
      'fatal',
    ],
    ['a closed connection is final', new errors.ClosedConnectionError(), 'fatal'],
    ['10054, a message too large for the stream, is final', api(10054), 'fatal'],
    ['anything else is final', new Error('surprise'), 'fatal'],
  ])('%s', (_, error, verdict) => {
    expect(verdictOf(error)).toBe(verdict);
  });
});

describe('busError', () => {
  test.each([
    [api(10059, 404, 'stream not found'), 'stream-missing'],
    [api(10014, 404, 'consumer not found'), 'stream-missing'],
    [new errors.PermissionViolationError('', 'publish', 'x'), 'forbidden'],
    [new errors.ClosedConnectionError(), 'unreachable'],
    [new errors.DrainingConnectionError(), 'unreachable'],
    [new errors.TimeoutError(), 'unreachable'],
    [errors.InvalidArgumentError.format('payload', 'max_payload size exceeded'), 'oversize'],
    [new Error('surprise'), 'internal'],
  ])('%s → %s', (error, code) => {
    expect(busError(error).code).toBe(code);
    expect(busError(error).cause).toBe(error);
    expect(busError(busError(error)).code).toBe(code);
  });
});
