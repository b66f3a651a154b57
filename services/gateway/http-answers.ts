import { type Code, fail } from '../shared/kernel/errors.js';
import { statusOf } from '../shared/runtime/http-problem.js';

/** What a route of the API answers when it went well. */
interface Good {
  readonly status: number;
  readonly description: string;
  readonly schema?: object;
  readonly type?: string;
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

/** The answers of a route for OpenAPI: the good one, and for each status the codes that come with it. */
export function answers(good: Good, codes: readonly Code[] = []): object {
  const { status, description, schema = { type: 'object', additionalProperties: true } } = good;
  const { type = 'application/json' } = good;
  return { [status]: { description, content: { [type]: { schema } } }, ...problems([...codes, ...ANY]) };
}

function problems(codes: readonly Code[]): Readonly<Record<string, object>> {
  const statuses = [...new Set(codes.map(status))].toSorted();
  return Object.fromEntries(
    statuses.map((one) => {
      const own = codes.filter((code) => status(code) === one).toSorted();
      const description = `a problem document (RFC 9457): ${own.map((code) => `\`${code}\``).join(', ')}`;
      return [one, { description, content: { 'application/problem+json': { schema: problem(one, own) } } }];
    }),
  );
}

const status = (code: Code): number => statusOf(fail(code, ''));

const problem = (status: number, codes: readonly Code[]): object => ({
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail'],
  properties: {
    type: { type: 'string', description: '`urn:liaison:` and the code' },
    title: { type: 'string' },
    status: { type: 'integer', enum: [status] },
    code: { type: 'string', enum: codes, description: 'stable; the texts are not' },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      description: 'places and what is expected there; never what a notice says',
      items: { type: 'object', properties: { path: { type: 'string' }, message: { type: 'string' } } },
    },
  },
});
