import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { closed } from '../../../shared/kernel/closed-schema.js';
import { KINDS } from '../../../shared/notice/kinds.js';
import { queryOf } from '../../../shared/runtime/http-query.js';
import { projectRoot } from '../../../shared/runtime/root.js';
import { KEEP_GROUNDS } from '../../holding/holding.js';
import { ref } from './notice-components.js';
import { OWN_STATES } from './own-components.js';

const text = { type: 'string', minLength: 1, maxLength: 200 } as const;

/** The parameters of a page. */
export const paging = {
  limit: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
  before: { type: 'integer', minimum: 1, description: '`next` of the previous page; newest first' },
} as const;

/** The parameters of a route that answers in pages. */
export interface Paging {
  readonly limit: number;
  readonly before?: number;
}

/** Asks for a page of the actions on an own notice. */
export const actionsQuery = queryOf(paging);

/** Asks for a page of the actions that wait for a confirmation. */
export const heldActionsQuery = queryOf({
  limit: paging.limit,
  after: { type: 'integer', minimum: 1, description: '`next` of the previous page; oldest first' },
});

/** Asks for a page of a list that is oldest first, by the text that ended the page before. */
export const oldestFirstQuery = queryOf({
  limit: paging.limit,
  after: { ...text, description: '`next` of the previous page; oldest first' },
});

/** The parameters of such a page. */
export interface OldestFirst {
  readonly limit: number;
  readonly after?: string;
}

const kind = { type: 'string', enum: KINDS } as const;

/** Finds own notices. */
export const ownQuery = queryOf({
  kind,
  state: { type: 'string', enum: OWN_STATES },
  breakGlass: {
    type: 'string',
    enum: ['used', 'unreviewed'],
    description: 'only those that used break-glass, or of them those that owe a review',
  },
  text: {
    ...text,
    description:
      'at most 16 words or prefixes of words, all of them in the header or, with the scope `notice:content`, in header and sections',
  },
  ...paging,
});

const id = '[0-9a-f-]{36}';

/** Names the own notices to report on. */
export const reportsQuery = closed({
  ids: {
    type: 'string',
    pattern: `^${id}(,${id}){0,49}$`,
    description: 'up to 50 ids of own notices, separated by commas',
  },
});

/** Finds held notices. */
export const inboxQuery = queryOf({
  originator: text,
  kind,
  text: {
    ...text,
    description: 'at most 16 words or prefixes of words, all of them in header and sections',
  },
  ...paging,
});

/** On what ground a held notice is kept. */
export const keepBody = {
  ...closed({ ground: { type: 'string', enum: KEEP_GROUNDS } }),
  examples: [{ ground: 'legal-hold' }],
};

/** Names a status list. */
export const statusListQuery = queryOf({
  list: { type: 'integer', minimum: 0, maximum: 65_535, default: 0, description: 'the number of the list' },
});

/** Not checked by the schema: a malformed id is answered like an unknown one. */
const named = (name: string, description: string): object => ({
  [name]: { type: 'string', description },
});
/** Asks for a preview of the next revision of an own notice. */
export const previewQuery = queryOf({ notice: { ...text, description: 'its id' } });

/** The path of an own notice. */
export const ownParams = closed({ ...named('id', 'of an own notice, from the answer that accepted it') });
/** The path of what a recipient owes for an own notice. */
export const owedParams = closed({
  ...named('id', 'of an own notice'),
  ...named('recipient', 'the organisation that owes it'),
});
/** The path of a held notice. */
export const heldParams = closed({
  ...named('originator', 'the organisation that issued the notice'),
  ...named('id', 'of the notice'),
});
/** The path of kept evidence. */
export const evidenceParams = closed({ ...named('id', 'of the evidence, from the list') });

const RED = join(projectRoot, 'proto', 'examples', 'red.json');
/** A draft about an invented person. */
export const exampleDraft = JSON.parse(readFileSync(RED, 'utf8')) as {
  readonly header: object;
  readonly sections: object;
};

/** The body of a route that takes a draft. The strict parser and the notice schemas check it, not fastify. */
export const draftBody = {
  description:
    'See `proto/schema/` for what each kind must and may have, and `proto/examples/`. Once signed, which adds about a third, it is at most 262,144 bytes',
  allOf: [ref('draft')],
  examples: [exampleDraft],
};

/** Headers of a submission. The route checks them: fastify checks no request with a body. */
export const submitHeaders = {
  type: 'object',
  properties: {
    'idempotency-key': {
      type: 'string',
      pattern: '^[\\x21-\\x7e]{1,255}$',
      description:
        'a repeated request with the same key gives the same notice; another body under the same key is refused',
    },
    traceparent: {
      type: 'string',
      description:
        'W3C Trace Context, version 00, which the traces of this gateway continue, if it writes any; another value is ignored',
    },
  },
};

/** Headers of an order. The route checks them. */
export const actionHeaders = {
  type: 'object',
  properties: {
    'idempotency-key': {
      type: 'string',
      pattern: '^[\\x21-\\x7e]{1,255}$',
      description:
        'a repeated request with the same key gives the same action; another body or path under the same key is refused',
    },
  },
};

/** The path of a request for a section of an own notice. */
export const requestParams = closed({ ...named('jti', 'of the request') });

/** Headers of a request for the stream. */
export const streamHeaders = {
  type: 'object',
  properties: {
    'last-event-id': {
      type: 'string',
      description:
        'the id of the last event received: the stream resumes after it; 0: from the oldest; without it: from now on. An id beyond the newest is refused: start with 0',
    },
  },
};
