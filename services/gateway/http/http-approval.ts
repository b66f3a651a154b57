import type { FastifyInstance, FastifyReply } from 'fastify';
import { fail } from '../../shared/kernel/errors.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import { noQuery } from '../../shared/runtime/http-query.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { requireAwaiting } from '../outbound/approve-notice.js';
import type { Outbox } from '../outbound/outbox.js';
import { bytesOf } from './http-body.js';
import { BODY_LIMIT, type IntakeGuard } from './http-body-limit.js';
import type { Guard } from './http-guard.js';
import { isNoticeId } from './http-notices.js';
import { approvalBody, approvalExamples } from './openapi/approval-components.js';
import { examples } from './openapi/examples.js';
import { ref } from './openapi/notice-components.js';
import { BODY, SIGNING, operation } from './openapi/operation.js';
import { ownParams } from './openapi/parameters.js';

interface ApprovalRouteDeps {
  readonly guard: Guard;
  readonly intake: IntakeGuard;
  readonly outbox: Outbox;
  readonly store: GatewayStore;
}

interface NoticeRoute {
  Params: { id: string };
}

/** Adds the routes by which a person reads a notice that awaits an approval, and approves it. */
export function addApproval(app: FastifyInstance, deps: ApprovalRouteDeps): void {
  addAwaiting(app, deps);
  addApprove(app, deps);
}

function addAwaiting(app: FastifyInstance, { guard, store }: ApprovalRouteDeps): void {
  const schema = operation({
    id: 'showAwaiting',
    scope: 'notice:content',
    tag: 'notices',
    summary: 'What an approver signs',
    description:
      'The signed notice with every disclosure, its routing with the reason of the review included. An approval is over the claims in it.',
    takes: { params: ownParams, querystring: noQuery },
    good: {
      status: 200,
      description: 'the revision that awaits an approval',
      schema: ref('awaiting'),
      example: approvalExamples.awaiting,
    },
    codes: ['usage', 'not-found'],
  });
  app.get<NoticeRoute>(
    '/v1/notices/:id/approval',
    { schema, onRequest: guard('notice:content') },
    async ({ params: { id } }) => {
      const { row, sdJwt } = requireAwaiting(store, requireId(id));
      return { id, revision: row.revision, notice: sdJwt };
    },
  );
}

function addApprove(app: FastifyInstance, { guard, intake, outbox }: ApprovalRouteDeps): void {
  const schema = operation({
    id: 'approveNotice',
    scope: 'notice:write',
    tag: 'notices',
    summary: 'Approve a notice under neutrality review, or use break-glass',
    description:
      'Verifies the signature of an approver of this organisation, another person than `submittedBy` of a review, signs the notice again with it, and queues it.',
    takes: { params: ownParams, querystring: noQuery, body: approvalBody },
    good: {
      status: 202,
      description: 'accepted: the gateway keeps it until every recipient has receipted it',
      schema: ref('accepted'),
      example: examples.accepted,
    },
    codes: [...BODY, 'not-found', 'not-approved', 'full', ...SIGNING],
  });
  app.post<NoticeRoute>(
    '/v1/notices/:id/approval',
    { schema, onRequest: [guard('notice:write'), intake] },
    async (request, reply): Promise<FastifyReply> => {
      const approval = approvalIn(bytesOf(request.body));
      const id = requireId(request.params.id);
      const { revision, state } = await outbox.approve(id, approval);
      return reply.code(202).send({ id, revision, state, href: `/v1/notices/${id}` });
    },
  );
}

function approvalIn(bytes: Uint8Array): string {
  const body = Object(parseStrictJson(bytes, { bytes: BODY_LIMIT, depth: 1, nodes: 4 }));
  const { approval, ...more } = body as { readonly approval?: unknown };
  if (typeof approval === 'string' && Object.keys(more).length === 0) return approval;
  const message = 'expected the signature of an approver and nothing else';
  throw fail('schema-invalid', `\`/approval\`: ${message}`, [{ path: '/approval', message }]);
}

function requireId(id: string): string {
  if (!isNoticeId(id)) throw fail('not-found', 'no such notice');
  return id;
}
