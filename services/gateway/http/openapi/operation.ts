import { closed } from '../../../shared/kernel/closed-schema.js';
import { type Code, fail } from '../../../shared/kernel/errors.js';
import { problemOf, httpStatusOf } from '../../../shared/runtime/http-problem.js';
import type { ScopeOf } from '../../../shared/trust/tokens.js';
import { ref } from './notice-components.js';
import { arrayOf } from './own-components.js';

/** The successful answer of a route. */
interface SuccessAnswer {
  readonly status: number;
  readonly description: string;
  readonly schema: object;
  readonly example: unknown;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, object>>;
}

/** The answers of a route by status, computed when the OpenAPI document is made. */
interface Answering {
  readonly answers: () => Readonly<Record<string, object>>;
}

interface Operation {
  /** Its `operationId`. */
  readonly id: string;
  readonly scope: ScopeOf<'gateway'>;
  readonly tag: 'notices' | 'life' | 'inbox' | 'keys' | 'policies';
  readonly summary: string;
  readonly description: string;
  /** Schemas of what it takes: `querystring`, `headers`, `params`, `body`. */
  readonly takes: object;
  readonly good: SuccessAnswer;
  /** The error codes of the route, besides `COMMON_CODES`. */
  readonly codes: readonly Code[];
}

/** The error codes of every request with a token; `busy` when too many requests are open. */
const COMMON_CODES: readonly Code[] = ['unauthorised', 'forbidden', 'config-invalid', 'busy', 'internal'];
/** The error codes for a body that is not the JSON of its route. */
export const BODY: readonly Code[] = [
  'json-malformed',
  'json-hostile',
  'schema-invalid',
  'oversize',
  'media-type-unsupported',
];
/** The error codes for a draft, and for a body that is not a draft. */
export const DRAFT: readonly Code[] = [...BODY, 'kind-unknown', 'review-required', 'organisation-unknown'];

/** The error codes for what the hub does not take from an organisation that is suspended, is leaving or has left. */
export const NOT_A_MEMBER: readonly Code[] = [
  'organisation-suspended',
  'organisation-leaving',
  'organisation-left',
];

/** Codes of everything that signs. */
export const SIGNING: readonly Code[] = [...NOT_A_MEMBER, 'not-ready', 'signing-clock-ahead'];

const text = (description: string): object => ({ type: 'string', description });
/** The header that each answer has. */
export const requestId = { 'x-request-id': text('the id of the request in the logs of the gateway') };
/** Headers of each answer under `/v1/`. */
const everywhere = {
  ...requestId,
  'cache-control': { ...text('notices are not cached'), const: 'no-store' },
};
const OF_STATUS: Readonly<Record<number, object>> = {
  401: { 'www-authenticate': { type: 'string', const: 'Bearer' } },
  429: { 'retry-after': text('seconds') },
  503: { 'retry-after': text('seconds') },
};

/**
 * The schema of a route that needs a token: shown in the OpenAPI document; fastify checks the request against it. The document
 * alone needs `answers` (`withAnswers`).
 */
export function operation({ id, scope, tag, summary, description, takes, good, codes }: Operation) {
  const { status, type = 'application/json', headers, schema, example } = good;
  return {
    operationId: id,
    summary,
    description: `${description} Needs a token with the scope \`${scope}\`.`,
    tags: [tag],
    security: [{ bearer: [scope] }],
    ...takes,
    answers: () => ({
      [status]: {
        description: good.description,
        headers: { ...everywhere, ...headers },
        content: { [type]: { schema, example } },
      },
      ...problems([...codes, ...COMMON_CODES]),
      default: beforeTheRoute,
    }),
  };
}

/** Puts the answers of a route where the OpenAPI document expects them; fastify would compile a serialiser for each. */
export function withAnswers({ answers, ...schema }: Partial<Answering> & object): object {
  return answers === undefined ? schema : { ...schema, response: answers() };
}

function problems(codes: readonly Code[]): Readonly<Record<string, object>> {
  const statuses = [...new Set(codes.map(status))].toSorted();
  return Object.fromEntries(
    statuses.map((one) => [one, refusal(one, codes.filter((code) => status(code) === one).toSorted())]),
  );
}

/** The problem document with this status and one of these codes. */
function refusal(status: number, codes: readonly Code[]): object {
  const narrowed = { status: { const: status }, code: { enum: codes } };
  const schema = { type: 'object', allOf: [ref('problem')], properties: narrowed };
  const [example] = codes.map((code) => problemOf(fail(code, 'what is wrong, and where'), status));
  return {
    description: `a problem document (RFC 9457): ${codes.map((code) => `\`${code}\``).join(', ')}`,
    headers: { ...everywhere, ...OF_STATUS[status] },
    content: { 'application/problem+json': { schema, example } },
  };
}

const status = (code: Code): number => httpStatusOf(fail(code, ''));

/** Errors that are answered before a route runs. */
const beforeTheRoute = {
  description:
    'a problem document for a request that does not reach the route: a `Host` that does not name the gateway (403), another method (405), headers or a body that arrive too slowly (408), a body with a content coding (415), headers that are too long (431), malformed HTTP (400)',
  headers: { allow: text('with 405: the allowed methods') },
  content: { 'application/problem+json': { schema: ref('problem') } },
};

/** Schemas of the problem documents of every route. */
export const problemComponents: Readonly<Record<string, object>> = {
  problem: {
    ...closed(
      {
        type: text('`urn:liaison:` and the code'),
        title: text('the code in words'),
        status: { type: 'integer' },
        code: text('stable, unlike the texts'),
        detail: text('what is wrong, for a person'),
        errors: {
          ...arrayOf(ref('fault')),
          description:
            'each place and what is expected there: for a draft, the first twenty, or only the first if it is far too large',
        },
      },
      ['errors'],
    ),
    description: 'RFC 9457. It never has content of a notice.',
  },
  fault: closed({
    path: text(
      'a JSON pointer into the draft, `line:column` of a text that is not JSON, or the name of a parameter',
    ),
    message: text('what is expected there, and the nearest known word'),
  }),
};
