import type { FastifyInstance, FastifyReply } from 'fastify';
import { fail } from '../../shared/kernel/errors.js';
import { noQuery } from '../../shared/runtime/http-query.js';
import type { ItemRow } from '../../shared/store/gateway/gateway-items.js';
import type { KeyRequests } from '../keys/key-requests.js';
import { bytesOf } from './http-body.js';
import type { IntakeGuard } from './http-body-limit.js';
import type { Guard } from './http-guard.js';
import { keyBody, keyExamples, keyParams } from './openapi/key-components.js';
import { ref } from './openapi/notice-components.js';
import { BODY, SIGNING, operation } from './openapi/operation.js';

/** What the routes of key requests use. */
export interface KeysRouteDeps {
  readonly guard: Guard;
  readonly intake: IntakeGuard;
  readonly keyRequests: KeyRequests;
}

/** Adds the routes by which this site asks the hub about its keys. */
export function addKeys(app: FastifyInstance, deps: KeysRouteDeps): void {
  addRequest(app, deps);
  addFind(app, deps);
}

function addRequest(app: FastifyInstance, { guard, intake, keyRequests }: KeysRouteDeps): void {
  const schema = operation({
    id: 'requestKey',
    scope: 'key:request',
    tag: 'keys',
    summary: 'Send a key request to the hub',
    description:
      'The request is signed by the keys themselves (docs/formats.md#key-requests); `key rotate` makes one. The same request again is answered as the first.',
    takes: { querystring: noQuery, body: keyBody },
    good: { status: 202, description: 'accepted', schema: ref('key-request'), example: keyExamples.request },
    codes: [...BODY, 'key-invalid', 'request-open', ...SIGNING],
  });
  app.post(
    '/v1/key-requests',
    { schema, onRequest: [guard('key:request'), intake] },
    async ({ body }, reply): Promise<FastifyReply> => {
      const row = await keyRequests.send(Buffer.from(bytesOf(body)).toString());
      return reply.code(202).send(viewRequest(row));
    },
  );
}

function addFind(app: FastifyInstance, { guard, keyRequests }: KeysRouteDeps): void {
  const schema = operation({
    id: 'findKeyRequest',
    scope: 'key:request',
    tag: 'keys',
    summary: 'What became of a key request',
    description:
      'Whether the hub recorded or refused it. What it grants is in the next version of the directory.',
    takes: { params: keyParams, querystring: noQuery },
    good: { status: 200, description: 'found', schema: ref('key-request'), example: keyExamples.request },
    codes: ['not-found', 'usage'],
  });
  app.get<{ Params: { digest: string } }>(
    '/v1/key-requests/:digest',
    { schema, onRequest: guard('key:request') },
    async ({ params: { digest } }) => {
      const row = keyRequests.find(digest);
      if (row === undefined) throw fail('not-found', 'no such key request');
      return viewRequest(row);
    },
  );
}

function viewRequest({ digest, id, state, code, at }: ItemRow) {
  return {
    digest,
    kid: id,
    state: state === 'settled' ? 'recorded' : state,
    ...(code === null ? {} : { code }),
    sentAt: new Date(at).toISOString(),
  };
}
