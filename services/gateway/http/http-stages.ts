import type { FastifyInstance } from 'fastify';
import { fail } from '../../shared/kernel/errors.js';
import { noQuery } from '../../shared/runtime/http-query.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { type OwnStagesDeps, viewOwnStages } from '../life/own-stages.js';
import type { Guard } from './http-guard.js';
import { isNoticeId } from './http-notices.js';
import { ref } from './openapi/notice-components.js';
import { operation } from './openapi/operation.js';
import { ownParams } from './openapi/parameters.js';
import { stagesExample } from './openapi/stage-components.js';

/** What the route of stages uses. */
export interface StagesRouteDeps extends OwnStagesDeps {
  readonly guard: Guard;
  readonly store: GatewayStore;
}

/** Adds the stages of an own notice: what was signed about each, or when that is due. */
export function addStages(app: FastifyInstance, { guard, ...deps }: StagesRouteDeps): void {
  const schema = operation({
    id: 'showStages',
    scope: 'notice:read',
    tag: 'life',
    summary: 'The stages of an own notice at each recipient',
    description:
      'Of the newest revision: `accepted` by the hub for all recipients; for each recipient `routed`, `delivered`, `held` and `acted`. Each is reached or missed by a signed statement, with its time and signer, or still open until its deadline. A stage without evidence at its deadline is negative, by the word of this gateway. Stages that do not apply are absent.',
    takes: { params: ownParams, querystring: noQuery },
    good: {
      status: 200,
      description: 'the stages; none for a notice that was never sent or that was lost in a restore',
      schema: ref('stages'),
      example: stagesExample,
    },
    codes: ['usage', 'not-found'],
  });
  app.get<{ Params: { id: string } }>(
    '/v1/notices/:id/stages',
    { schema, onRequest: guard('notice:read') },
    async ({ params: { id } }) => {
      const own = isNoticeId(id) ? deps.store.own.find(id) : undefined;
      if (own === undefined) throw fail('not-found', 'no such notice');
      return viewOwnStages(deps, own);
    },
  );
}
