import type { FastifyInstance } from 'fastify';
import { queryOf } from '../../shared/runtime/http-query.js';
import type { OwnRow } from '../../shared/store/gateway/gateway-own.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { attributesIn, sharesOf } from '../life/own-shares.js';
import type { HubQuestions } from '../outbound/hub-questions.js';
import type { Guard } from './http-guard.js';
import { nextOf } from './http-notices.js';
import { ref } from './openapi/notice-components.js';
import { operation } from './openapi/operation.js';
import { type Paging, paging } from './openapi/parameters.js';
import { shareExamples } from './openapi/share-components.js';

/** What the routes about copies at recipients use. */
export interface SharesRouteDeps {
  readonly guard: Guard;
  readonly store: GatewayStore;
  readonly questions: Pick<HubQuestions, 'overheld'>;
}

/**
 * Adds the routes that say what recipients hold of own notices, and what the policies do not permit any more.
 */
export function addShares(app: FastifyInstance, deps: SharesRouteDeps): void {
  addHeldShares(app, deps);
  addOverheld(app, deps);
}

function addHeldShares(app: FastifyInstance, { guard, store }: SharesRouteDeps): void {
  const schema = operation({
    id: 'findShares',
    scope: 'notice:read',
    tag: 'notices',
    summary: 'What recipients hold of own notices',
    description:
      'By reports, narrowings, receipts and own actions; the newest notices first. Ended notices and notices without a report are left out.',
    takes: { querystring: queryOf(paging) },
    good: { status: 200, description: 'a page', schema: ref('shares-page'), example: shareExamples.shares },
    codes: ['usage'],
  });
  app.get<{ Querystring: Paging }>(
    '/v1/shares',
    { schema, onRequest: guard('notice:read') },
    async ({ query }) => {
      const found = store.own.search(query);
      return { items: found.rows.flatMap((own) => heldNotice(store, own)), next: nextOf(found) };
    },
  );
}

/**
 * Shows what recipients hold of a notice. Of its revisions only the newest is shown, so each notice is listed
 * once.
 */
function heldNotice(store: GatewayStore, own: OwnRow) {
  const { id, number, seq, state } = own;
  if (state === 'ended' || store.own.find(id)?.seq !== seq) return [];
  const jti = `${id}.${number}`;
  const attributes = attributesIn(jti, store.settlement.recordsOf(seq));
  if (attributes === undefined) return [];
  const shares = sharesOf(store, store.own.revisions(id)).map(({ org, sections, unsealed }) => ({
    org,
    sections,
    unsealed,
  }));
  return [{ id, jti, attributes, shares }];
}

interface OverheldQuery {
  readonly after?: string;
}

function addOverheld(app: FastifyInstance, { guard, questions }: SharesRouteDeps): void {
  const schema = operation({
    id: 'findOverheld',
    scope: 'notice:read',
    tag: 'notices',
    summary: 'Which recipients hold more of own notices than the policies now allow',
    description:
      'By the adopted policies, from what the ledger recorded; the hub answers. A page may be short or empty: only `next` says whether there are more.',
    takes: {
      querystring: queryOf({
        after: { type: 'string', maxLength: 200, description: '`next` of the previous page' },
      }),
    },
    good: {
      status: 200,
      description: 'a page',
      schema: ref('overheld-page'),
      example: shareExamples.overheld,
    },
    codes: ['usage', 'rate-limited', 'timed-out', 'unreachable', 'full'],
  });
  app.get<{ Querystring: OverheldQuery }>(
    '/v1/overheld',
    { schema, onRequest: guard('notice:read') },
    ({ query }) => questions.overheld(query.after),
  );
}
