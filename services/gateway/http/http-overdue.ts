import type { FastifyInstance } from 'fastify';
import type { OverdueDuties } from '../life/overdue-duties.js';
import type { Guard } from './http-guard.js';
import { actionExamples } from './openapi/action-examples.js';
import { ref } from './openapi/notice-components.js';
import { operation } from './openapi/operation.js';
import { type OldestFirst, oldestFirstQuery } from './openapi/parameters.js';

/** What the route of overdue answers uses. */
export interface OverdueRouteDeps {
  readonly guard: Guard;
  readonly overdueDuties: OverdueDuties;
}

/** Adds the list of what others owe this organisation and have not signed in time. */
export function addOverdue(app: FastifyInstance, { guard, overdueDuties }: OverdueRouteDeps): void {
  const schema = operation({
    id: 'findOverdue',
    scope: 'notice:read',
    tag: 'life',
    summary: 'Which receipts and answers are overdue, and who owes them',
    description:
      'Receipts for own notices, answers to actions on them and answers to own requests that are past their deadline, oldest first; no answers of members that have left. The deadlines of each duty and kind are in `deadlines.yaml`. What is not past its deadline yet is in `recipients` and in `owed` of the notice itself.',
    takes: { querystring: oldestFirstQuery },
    good: {
      status: 200,
      description: 'a page',
      schema: ref('overdue'),
      example: actionExamples.overdue,
    },
    codes: ['usage'],
  });
  app.get<{ Querystring: OldestFirst }>(
    '/v1/overdue',
    { schema, onRequest: guard('notice:read') },
    async ({ query }) => overdueDuties.list(query),
  );
}
