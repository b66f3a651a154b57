import type { FastifyInstance, FastifyReply } from 'fastify';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import { noQuery } from '../../shared/runtime/http-query.js';
import type { Identity } from '../identity.js';
import { orderOfReview } from '../life/own-review.js';
import { parseReview } from '../life/parse-order.js';
import { viewItem } from '../life/view-item.js';
import { type ActionsRouteDeps, requireNoticeId } from './http-actions.js';
import { bytesOf, idempotencyOf } from './http-body.js';
import { REVIEW } from './openapi/action-components.js';
import { actionExamples } from './openapi/action-examples.js';
import { reviewBody } from './openapi/approval-components.js';
import { ref } from './openapi/notice-components.js';
import { operation } from './openapi/operation.js';
import { actionHeaders, ownParams } from './openapi/parameters.js';

interface ReviewRouteDeps extends ActionsRouteDeps {
  readonly identity: Identity;
}

/** Adds the route by which another person says whether break-glass was justified. */
export function addReview(app: FastifyInstance, deps: ReviewRouteDeps): void {
  const { guard, intake, actions } = deps;
  const schema = operation({
    id: 'reviewNotice',
    scope: 'notice:write',
    tag: 'life',
    summary: 'Review break-glass',
    description:
      'Verifies the signature of an approver of this organisation, another person than the one who used break-glass. The finding goes on the ledger, also after the end of the notice, and to the holders: those that have not signed that they hold nothing.',
    takes: { headers: actionHeaders, params: ownParams, querystring: noQuery, body: reviewBody },
    good: { status: 202, description: 'accepted', schema: ref('action'), example: actionExamples.review },
    codes: REVIEW,
  });
  app.post<{ Params: { id: string } }>(
    '/v1/notices/:id/review',
    { schema, onRequest: [guard('notice:write'), intake] },
    async (request, reply): Promise<FastifyReply> => {
      const bytes = bytesOf(request.body);
      const idempotency = idempotencyOf(request, bytes);
      const review = parseReview(parseStrictJson(bytes));
      const id = requireNoticeId(request.params.id);
      const row = await actions.order(id, await orderOfReview(deps, id, review), { idempotency });
      return reply.code(202).send(viewItem(row));
    },
  );
}
