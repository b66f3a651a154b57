import { closed } from '../../../shared/kernel/closed-schema.js';
import { type Code, fail } from '../../../shared/kernel/errors.js';
import { problemOf, httpStatusOf } from '../../../shared/runtime/http-problem.js';
import type { ScopeOf } from '../../../shared/trust/tokens.js';
import { ref } from './notice-components.js';
import { arrayOf } from './own-components.js';

/** What a route of the API answers when it went well. */
interface Good {
  readonly status: number;
  readonly description: string;
  readonly schema: object;
  readonly example: unknown;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, object>>;
}

interface Operation {
  /** Its `operationId`. */
  readonly id: string;
  readonly scope: ScopeOf<'gateway'>;
  readonly tag: 'notices' | 'inbox';
  readonly summary: string;
  readonly description: string;
  /** What it takes: `querystring`, `headers`, `params`, `body`. */
  readonly takes: object;
  readonly good: Good;
  /** What it may be refused with, besides what any request with a token may. */
  readonly codes: readonly Code[];
}

/** What any request with a token may be refused with. */
const ANY: readonly Code[] = ['unauthorised', 'forbidden', 'config-invalid', 'internal'];
/** What a draft may be refused with, and a body that is none. */
export const DRAFT: readonly Code[] = [
  'json-malformed',
  'json-hostile',
  'schema-invalid',
  'kind-unknown',
  'review-required',
  'organisation-unknown',
  'oversize',
  'media-type-unsupported',
  'busy',
];

const text = (description: string): object => ({ type: 'string', description });
export const requestId = { 'x-request-id': text('names the request in the logs of the gateway') };
/** Of each answer under `/v1/`. */
const everywhere = {
  ...requestId,
  'cache-control': { ...text('what notices say is in no cache'), const: 'no-store' },
};
const OF_STATUS: Readonly<Record<number, object>> = {
  401: { 'www-authenticate': { type: 'string', const: 'Bearer' } },
  429: { 'retry-after': text('seconds') },
  503: { 'retry-after': text('seconds') },
};

/** A route that needs a token: what OpenAPI shows of it, and fastify checks. */
export function operation({ id, scope, tag, summary, description, takes, good, codes }: Operation) {
  const { status, type = 'application/json', headers, schema, example } = good;
  return {
    operationId: id,
    summary,
    description: `${description} Needs a token with the scope \`${scope}\`.`,
    tags: [tag],
    security: [{ bearer: [scope] }],
    ...takes,
    response: {
      [status]: {
        description: good.description,
        headers: { ...everywhere, ...headers },
        content: { [type]: { schema, example } },
      },
      ...problems([...codes, ...ANY]),
      default: notOfTheRoute,
    },
  };
}

function problems(codes: readonly Code[]): Readonly<Record<string, object>> {
  const statuses = [...new Set(codes.map(status))].toSorted();
  return Object.fromEntries(
    statuses.map((one) => [one, refusal(one, codes.filter((code) => status(code) === one).toSorted())]),
  );
}

/** The answer with this status, for each of the codes. */
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

/** What is answered before a route has its say, whichever it is. */
const notOfTheRoute = {
  description:
    'a problem document for what is no request of this route: another method (405), a header or a body that comes too slowly (408), a body in a coding (415), headers that are too long (431), what is no HTTP (400)',
  headers: { allow: text('of 405: the methods there are') },
  content: { 'application/problem+json': { schema: ref('problem') } },
};

/** Of every route. */
export const problemComponents: Readonly<Record<string, object>> = {
  problem: {
    ...closed(
      {
        type: text('`urn:liaison:` and the code'),
        title: text('the code in words'),
        status: { type: 'integer' },
        code: text('stable; the texts are not'),
        detail: text('what is wrong, for a person'),
        errors: {
          ...arrayOf(ref('fault')),
          description:
            'each place and what is expected there; of a draft the first twenty, or the first alone of one that is far too large',
        },
      },
      ['errors'],
    ),
    description: 'RFC 9457. It says nothing of what a notice contains.',
  },
  fault: closed({
    path: text(
      'a JSON pointer into the draft, `line:column` of a text that is no JSON, or the name of a parameter',
    ),
    message: text('what is expected there, and the nearest known word'),
  }),
};
