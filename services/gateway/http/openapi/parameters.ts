import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { closed } from '../../../shared/kernel/closed-schema.js';
import { KINDS } from '../../../shared/notice/kinds.js';
import { queryOf } from '../../../shared/runtime/http-query.js';
import { projectRoot } from '../../../shared/runtime/root.js';
import { ref } from './notice-components.js';
import { OWN_STATES } from './own-components.js';

/** What OpenAPI shows and fastify checks of a query; bodies are checked by the notice schemas alone. */
const text = { type: 'string', minLength: 1, maxLength: 200 } as const;

const paging = {
  limit: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
  before: { type: 'integer', minimum: 1, description: '`next` of the page before; newest first' },
} as const;

export interface Paging {
  readonly limit: number;
  readonly before?: number;
}

const kind = { type: 'string', enum: KINDS } as const;

export const ownQuery = queryOf({
  kind,
  state: { type: 'string', enum: OWN_STATES },
  text: { ...text, description: 'at most 16 words, or beginnings of words, all of which the header has' },
  ...paging,
});

const id = '[0-9a-f-]{36}';

export const reportsQuery = closed({
  ids: {
    type: 'string',
    pattern: `^${id}(,${id}){0,49}$`,
    description: 'up to 50 ids of own notices, with commas between',
  },
});

export const inboxQuery = queryOf({
  originator: text,
  kind,
  text: {
    ...text,
    description: 'at most 16 words, or beginnings of words, all of which header and sections have',
  },
  ...paging,
});

/** Looked up as they come: what can be no id is answered as one that is not there. */
const named = (name: string, description: string): object => ({
  [name]: { type: 'string', description },
});
export const ownParams = closed({ ...named('id', 'of an own notice, as it was accepted') });
export const heldParams = closed({
  ...named('originator', 'whose notice it is'),
  ...named('id', 'of the notice'),
});

const RED = join(projectRoot, 'proto', 'examples', 'red.json');
/** A draft of an invented person. */
export const exampleDraft = JSON.parse(readFileSync(RED, 'utf8')) as {
  readonly header: object;
  readonly sections: object;
};

export const draftBody = {
  description:
    'See `proto/schema/` for what each kind must and may have, and `proto/examples/`. Signed, which makes a third more of it, it is at most 262,144 bytes',
  allOf: [ref('draft')],
  examples: [exampleDraft],
};

/** Checked by hand: a request with a body is not checked by its schema. */
export const submitHeaders = {
  type: 'object',
  properties: {
    'idempotency-key': {
      type: 'string',
      pattern: '^[\\x21-\\x7e]{1,255}$',
      description: 'the same request again is the same notice; another one under the same key is refused',
    },
    traceparent: {
      type: 'string',
      description:
        'W3C Trace Context, version 00: where this gateway writes traces, they continue this one; anything else is passed over',
    },
  },
};

export const streamHeaders = {
  type: 'object',
  properties: {
    'last-event-id': {
      type: 'string',
      description:
        'the id of an event: goes on behind it; 0: from the beginning; without it, from now on. One beyond the newest is refused: begin with 0',
    },
  },
};
