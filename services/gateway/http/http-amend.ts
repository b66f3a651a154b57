import type { FastifyInstance, FastifyReply } from 'fastify';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import { noQuery } from '../../shared/runtime/http-query.js';
import { fail } from '../../shared/kernel/errors.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { Outbox } from '../outbound/outbox.js';
import { readLife } from '../life/own-life.js';
import { viewRestrictions } from '../life/view-restrictions.js';
import type { GatewayTracing } from '../tracing.js';
import { bytesOf, idempotencyOf } from './http-body.js';
import type { IntakeGuard } from './http-body-limit.js';
import type { Guard } from './http-guard.js';
import { isNoticeId } from './http-notices.js';
import { examples } from './openapi/examples.js';
import { ref } from './openapi/notice-components.js';
import { DRAFT, SIGNING, operation } from './openapi/operation.js';
import { draftBody, ownParams, submitHeaders } from './openapi/parameters.js';

interface AmendRouteDeps {
  readonly guard: Guard;
  readonly intake: IntakeGuard;
  readonly outbox: Outbox;
  readonly store: GatewayStore;
  readonly tracing: GatewayTracing;
}

const AMEND_OPERATION = operation({
  id: 'amendNotice',
  scope: 'notice:write',
  tag: 'notices',
  summary: 'Amend a notice: submit its next revision',
  description:
    'A whole draft, which replaces the revision before; it may shorten the life of the notice. Holders that are denied it lose what they hold of the notice. A suspension stays in force, and so do restrictions by the originator, which the answer lists, until they are lifted. A notice whose newest revision was lost in a restore cannot be amended (`content-lost`): withdraw it and issue it anew.',
  takes: { headers: submitHeaders, params: ownParams, querystring: noQuery, body: draftBody },
  good: {
    status: 202,
    description: 'accepted, as a submission is',
    schema: ref('amended'),
    example: { ...examples.accepted, revision: 2, restrictions: examples.restrictions },
    headers: { location: { type: 'string', description: 'where its report is' } },
  },
  codes: [
    ...DRAFT,
    'usage',
    'idempotency-conflict',
    'not-found',
    'notice-ended',
    'content-lost',
    'full',
    ...SIGNING,
  ],
});

/** Adds the route of a new revision. */
export function addAmend(
  app: FastifyInstance,
  { guard, intake, outbox, store, tracing }: AmendRouteDeps,
): void {
  app.post<{ Params: { id: string } }>(
    '/v1/notices/:id/revisions',
    { schema: AMEND_OPERATION, onRequest: [guard('notice:write'), intake] },
    async (request, reply): Promise<FastifyReply> => {
      const bytes = bytesOf(request.body);
      const named = request.params.id;
      if (!isNoticeId(named)) throw fail('not-found', 'no such notice');
      const { id, revision, state } = await tracing.submit(request.headers['traceparent'], async (onKept) =>
        outbox.amend(named, parseStrictJson(bytes), { idempotency: idempotencyOf(request, bytes), onKept }),
      );
      const href = `/v1/notices/${id}`;
      const restrictions = viewRestrictions(readLife(store, id));
      return reply.code(202).header('location', href).send({ id, revision, state, href, restrictions });
    },
  );
}
