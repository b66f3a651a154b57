import type { FastifyInstance } from 'fastify';
import { fail } from '../../shared/kernel/errors.js';
import { signRecipients } from '../../shared/ledger/recipients/recipients.js';
import { noQuery } from '../../shared/runtime/http-query.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { federationOf, type Identity } from '../identity.js';
import { recipientsOf } from '../life/own-recipients.js';
import type { Guard } from './http-guard.js';
import { isNoticeId } from './http-notices.js';
import { ref } from './openapi/notice-components.js';
import { operation } from './openapi/operation.js';
import { ownParams } from './openapi/parameters.js';
import { recipientsExample } from './openapi/recipients-components.js';

/** What the route of recipients uses. */
export interface RecipientsRouteDeps {
  readonly guard: Guard;
  readonly store: GatewayStore;
  readonly identity: Identity;
}

/** Adds the route that says who received which sections of an own notice, as a document that this organisation signs. */
export function addRecipients(app: FastifyInstance, { guard, store, identity }: RecipientsRouteDeps): void {
  const schema = operation({
    id: 'listRecipients',
    scope: 'notice:read',
    tag: 'notices',
    summary: 'Who received which sections of an own notice, signed',
    description:
      'For the person concerned and for supervisory authorities (GDPR Art. 19, second sentence): every recipient, with the revisions and sections that it was given, later actions, and its signed answer to each (`word`). `signed` is the same as a JWS of this organisation (`recipients+jws`), which verifies with the directory alone.',
    takes: { params: ownParams, querystring: noQuery },
    good: { status: 200, description: 'all of them', schema: ref('recipients'), example: recipientsExample },
    codes: ['usage', 'not-found', 'content-lost'],
  });
  app.get<{ Params: { id: string } }>(
    '/v1/notices/:id/recipients',
    { schema, onRequest: guard('notice:read') },
    async ({ params: { id } }) => {
      const content = isNoticeId(id) ? recipientsOf(store, id) : undefined;
      if (content === undefined) throw fail('not-found', 'no such notice');
      const { noticeSigner: signer, clock } = identity;
      const signed = await signRecipients(content, {
        signer,
        federation: federationOf(identity),
        now: clock(),
      });
      return { ...content, signed };
    },
  );
}
