import { closed } from '../../../shared/kernel/closed-schema.js';
import { requestId } from './operation.js';

const tags = ['health'];

const time = { type: 'string', format: 'date-time' };
const word = { type: ['string', 'null'] };

/** Names no organisation and no notice: the route needs no token. */
const alarm = closed({
  alarm: { type: 'string' },
  code: { ...word, description: 'an error code, where there is one' },
  place: { ...word, description: 'a file or a kind of message' },
  since: time,
  last: time,
  count: { type: 'integer', minimum: 1 },
});

const ready = (
  description: string,
  example: { readonly ready: boolean; readonly reasons: readonly string[] },
) => ({
  description,
  headers: requestId,
  content: {
    'application/json': {
      schema: closed({
        ready: { type: 'boolean', const: example.ready },
        reasons: { type: 'array', items: { type: 'string' }, description: 'error codes; empty when ready' },
        alarms: { type: 'array', items: alarm, description: 'in force, or of the last day' },
      }),
      example: { ...example, alarms: [] },
    },
  },
});

/** The operations that need no token. */
export const health = {
  alive: {
    operationId: 'isAlive',
    summary: 'Alive',
    description: 'Says that the process answers, not that it works.',
    tags,
    answers: () => ({
      200: {
        description: 'alive',
        headers: requestId,
        content: {
          'application/json': {
            schema: closed({ alive: { type: 'boolean', const: true } }),
            example: { alive: true },
          },
        },
      },
    }),
  },
  ready: {
    operationId: 'isReady',
    summary: 'Ready, or why not',
    description: 'What each code and alarm means, and how to fix it, is in docs/operate.md.',
    tags,
    answers: () => ({
      200: ready('ready', { ready: true, reasons: [] }),
      503: ready('not ready', { ready: false, reasons: ['unreachable'] }),
    }),
  },
};
