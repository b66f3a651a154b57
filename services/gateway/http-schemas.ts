/** What OpenAPI shows and fastify checks of a query; bodies are checked by the notice schemas alone. */
const text = { type: 'string', minLength: 1, maxLength: 200 } as const;

const paging = {
  limit: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
  before: { type: 'integer', minimum: 1, description: '`next` of the page before; newest first' },
} as const;

const closed = (properties: object): object => ({ type: 'object', additionalProperties: false, properties });

export const ownQuery = closed({
  kind: text,
  state: { type: 'string', enum: ['queued', 'routed', 'settled', 'refused', 'ended'] },
  text: { ...text, description: 'words, or beginnings of words, all of which the header has' },
  ...paging,
});

const id = '[0-9a-f-]{36}';

export const reportsQuery = {
  ...closed({
    ids: {
      type: 'string',
      pattern: `^${id}(,${id}){0,49}$`,
      description: 'up to 50 ids of own notices, with commas between',
    },
  }),
  required: ['ids'],
};

export const inboxQuery = closed({
  originator: text,
  kind: text,
  text: { ...text, description: 'words, or beginnings of words, all of which header and sections have' },
  ...paging,
});

export interface Paging {
  readonly limit: number;
  readonly before?: number;
}

const problem = {
  type: 'object',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'stable; see the table of codes' },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: { type: 'object', properties: { path: { type: 'string' }, message: { type: 'string' } } },
    },
  },
};

const OBJECT = { type: 'object', additionalProperties: true };

export const draftBody = {
  type: 'object',
  description: 'A draft: see `proto/schema/draft.schema.json` and `proto/examples/`',
  required: ['header', 'sections'],
  properties: { header: OBJECT, sections: OBJECT },
};

export const accepted = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    revision: { type: 'integer' },
    state: { type: 'string' },
    href: { type: 'string', description: 'where to follow what becomes of it' },
  },
};

export const page = {
  type: 'object',
  properties: {
    items: { type: 'array', items: OBJECT },
    next: { type: ['integer', 'null'], description: '`before` of the page after' },
  },
};

export const answers = (status: number, description: string, schema: object = OBJECT): object => ({
  [status]: { description, ...schema },
  default: { description: 'a problem document (RFC 9457)', ...problem },
});
