import { fastify } from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerProblems } from '../../../services/shared/runtime/http-problem.js';
import { queryOf, schemaChecks, wholeNumber } from '../../../services/shared/runtime/http-query.js';

const app = fastify({ ajv: schemaChecks });

beforeAll(async () => {
  answerProblems(app, pino({ level: 'silent' }));
  const querystring = queryOf({
    limit: wholeNumber(50),
    state: { type: 'string', enum: ['open', 'closed'] },
    name: {
      type: 'array',
      items: { type: 'string', pattern: '^[a-z]+$', description: 'lower-case letters' },
    },
  });
  app.get('/', { schema: { querystring } }, async ({ query }) => query);
  await app.ready();
});

afterAll(() => app.close());

const ask = async (query: string) => {
  const answer = await app.inject(`/?${query}`);
  return { status: answer.statusCode, body: answer.json() as Readonly<Record<string, unknown>> };
};

describe('http query', () => {
  test.each([
    ['', { limit: '50' }],
    ['limit=7&state=open', { limit: '7', state: 'open' }],
    ['name=a', { limit: '50', name: ['a'] }],
    ['name=a&name=b', { limit: '50', name: ['a', 'b'] }],
  ])('accepts `%s`', async (query, parsed) => {
    expect(await ask(query)).toEqual({ status: 200, body: parsed });
  });

  test.each([
    ['limit=', 'limit', 'expected a whole number from 1'],
    ['limit=0', 'limit', 'expected a whole number from 1'],
    ['limit=1e3', 'limit', 'expected a whole number from 1'],
    ['limit=0x10', 'limit', 'expected a whole number from 1'],
    ['limit=%207', 'limit', 'expected a whole number from 1'],
    ['limit=1&limit=2', 'limit', 'expected at most once'],
    ['state=opn', 'state', 'expected one of open, closed, did you mean `open`'],
    ['name=a&name=B', 'name', 'expected lower-case letters'],
    ['limt=1', 'limt', 'unknown parameter, did you mean `limit`'],
  ])('refuses `%s` with the name of the parameter and what is expected', async (query, path, message) => {
    const { status, body } = await ask(query);
    expect([status, body['code'], body['errors']]).toEqual([400, 'usage', [{ path, message }]]);
  });
});
