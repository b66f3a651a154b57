import type { FastifyInstance } from 'fastify';
import { fail } from '../../shared/kernel/errors.js';
import { isOrgId, type OrgId } from '../../shared/kernel/ids.js';
import { noQuery, queryOf } from '../../shared/runtime/http-query.js';
import { type EvidenceDeps, ownPack } from '../evidence/own-pack.js';
import type { Deadlines } from '../../shared/notice/deadlines.js';
import { heldPack } from '../evidence/held-pack.js';
import { overdueClaim } from '../evidence/overdue-claim.js';
import { type PackProofsDeps, withProofs } from '../evidence/pack-proofs.js';
import { pairPack } from '../evidence/pair-pack.js';
import { requireNotRestored } from '../holding/restored.js';
import type { Guard } from './http-guard.js';
import { isNoticeId } from './http-notices.js';
import { evidenceExamples } from './openapi/evidence-components.js';
import { ref } from './openapi/notice-components.js';
import { operation } from './openapi/operation.js';
import { heldParams, ownParams, owedParams } from './openapi/parameters.js';

/** What the routes of evidence use. */
export interface EvidenceRouteDeps extends EvidenceDeps, Omit<PackProofsDeps, 'store'> {
  readonly guard: Guard;
  readonly deadlines: Deadlines;
}

/** Adds the routes that return evidence packs (docs/formats.md#evidence-pack). */
export function addEvidence(app: FastifyInstance, deps: EvidenceRouteDeps): void {
  addOwnEvidence(app, deps);
  addOwed(app, deps);
  addHeldEvidence(app, deps);
}

interface OwnEvidenceQuery {
  readonly recipient?: string;
}

const pack = { status: 200, description: 'a pack', schema: ref('evidence-pack') };

function addOwnEvidence(app: FastifyInstance, { guard, ...deps }: EvidenceRouteDeps): void {
  const schema = operation({
    id: 'showOwnEvidence',
    scope: 'notice:content',
    tag: 'notices',
    summary: 'The evidence about an own notice, as a pack that verifies offline',
    description:
      'What was signed, recorded, delivered and answered: about every recipient, or with `recipient` about one. With the proofs that its records are on the log, as far as the hub gave them. `liaison verify` reads it.',
    takes: {
      params: ownParams,
      querystring: queryOf({
        recipient: { type: 'string', maxLength: 64, description: 'only this recipient' },
      }),
    },
    good: { ...pack, example: evidenceExamples.own },
    codes: ['usage', 'not-found', 'not-provable'],
  });
  app.get<{ Params: { id: string }; Querystring: OwnEvidenceQuery }>(
    '/v1/notices/:id/evidence',
    { schema, onRequest: guard('notice:content') },
    async ({ params: { id }, query: { recipient } }) => {
      if (recipient !== undefined && !isMember(deps, recipient))
        throw fail('usage', 'not a member of the federation', [
          { path: 'recipient', message: 'no such member' },
        ]);
      const found = isNoticeId(id) ? packOf(deps, id, recipient) : undefined;
      if (found === undefined) throw fail('not-found', 'no such notice');
      return withProofs(deps, found);
    },
  );
}

function packOf(deps: EvidenceDeps, id: string, recipient: OrgId | undefined) {
  return recipient === undefined ? ownPack(deps, id) : pairPack(deps, id, recipient);
}

function addOwed(app: FastifyInstance, { guard, ...deps }: EvidenceRouteDeps): void {
  const schema = operation({
    id: 'claimOverdue',
    scope: 'notice:read',
    tag: 'notices',
    summary:
      'The signed claim that a recipient owes its receipt for an own notice, or its answer to an action on it',
    description:
      'Without content, and only while it is overdue; the gateway also keeps a claim once the deadline has passed (`GET /v1/evidence`). `liaison verify` reads both.',
    takes: { params: owedParams, querystring: noQuery },
    good: {
      status: 200,
      description: 'a claim',
      schema: ref('owed-claim'),
      example: evidenceExamples.claim,
    },
    codes: ['usage', 'not-found'],
  });
  app.get<{ Params: { id: string; recipient: string } }>(
    '/v1/notices/:id/owed/:recipient',
    { schema, onRequest: guard('notice:read') },
    async ({ params: { id, recipient } }) => {
      const isKnown = isNoticeId(id) && isMember(deps, recipient);
      const claim = isKnown ? await overdueClaim(deps, id, recipient) : undefined;
      if (claim === undefined) throw fail('not-found', 'no receipt or answer of this recipient is overdue');
      return claim;
    },
  );
}

function isMember({ identity }: EvidenceDeps, name: string): name is OrgId {
  return isOrgId(name) && identity.directory.current().organisations.has(name);
}

function addHeldEvidence(app: FastifyInstance, { guard, ...deps }: EvidenceRouteDeps): void {
  const schema = operation({
    id: 'showHeldEvidence',
    scope: 'inbox:read',
    tag: 'inbox',
    summary: 'The evidence about a held notice, as a pack that verifies offline',
    description:
      'What this organisation was shown and given, and what it signed; nothing about other recipients. With the proofs that its records are on the log, as far as the hub gave them. `liaison verify` reads it.',
    takes: { params: heldParams, querystring: noQuery },
    good: { ...pack, example: evidenceExamples.held },
    codes: ['usage', 'not-found', 'not-ready'],
  });
  app.get<{ Params: { originator: string; id: string } }>(
    '/v1/inbox/:originator/:id/evidence',
    { schema, onRequest: guard('inbox:read') },
    async ({ params: { originator, id } }) => {
      requireNotRestored(deps.store);
      const found = isNoticeId(id) ? heldPack(deps, { originator, id }) : undefined;
      if (found === undefined) throw fail('not-found', 'no such notice');
      return withProofs(deps, found);
    },
  );
}
