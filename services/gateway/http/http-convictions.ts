import type { FastifyInstance } from 'fastify';
import { fail } from '../../shared/kernel/errors.js';
import { noQuery } from '../../shared/runtime/http-query.js';
import { evidenceFile, listEvidence } from '../evidence/convictions.js';
import type { EvidenceRouteDeps } from './http-evidence.js';
import { evidenceExamples } from './openapi/evidence-components.js';
import { ref } from './openapi/notice-components.js';
import { operation } from './openapi/operation.js';
import { evidenceParams } from './openapi/parameters.js';

/** Adds the routes that list kept evidence, and return each piece as a file. */
export function addConvictions(app: FastifyInstance, deps: EvidenceRouteDeps): void {
  addList(app, deps);
  addShow(app, deps);
}

function addList(app: FastifyInstance, { guard, ...deps }: EvidenceRouteDeps): void {
  const list = operation({
    id: 'listEvidence',
    scope: 'notice:read',
    tag: 'notices',
    summary:
      'Signed statements that contradict each other, and claims about what is owed, which this gateway kept',
    description:
      'Of each kind at most 100 against the hub, and at most 100 against each recipient, oldest first, without content. Each caused the alarm that `what` names; `recipient` is null for a record about an own frame.',
    takes: { querystring: noQuery },
    good: {
      status: 200,
      description: 'all of them',
      schema: ref('evidence-list'),
      example: evidenceExamples.list,
    },
    codes: ['usage'],
  });
  app.get('/v1/evidence', { schema: list, onRequest: guard('notice:read') }, async () => ({
    items: listEvidence(deps),
  }));
}

function addShow(app: FastifyInstance, { guard, ...deps }: EvidenceRouteDeps): void {
  const show = operation({
    id: 'showEvidence',
    scope: 'notice:read',
    tag: 'notices',
    summary: 'Kept evidence as a file that verifies offline',
    description:
      'A conviction, a claim about a record that is missing on the log or about a receipt or answer that is overdue, or how the next life of the log began; without content.',
    takes: { params: evidenceParams, querystring: noQuery },
    good: {
      status: 200,
      description: 'a file for `liaison verify`',
      schema: ref('evidence-file'),
      example: evidenceExamples.conviction,
    },
    codes: ['usage', 'not-found'],
  });
  app.get<{ Params: { id: string } }>(
    '/v1/evidence/:id',
    { schema: show, onRequest: guard('notice:read') },
    async (request) => {
      const { id } = request.params;
      const file = await evidenceFile(deps, id);
      if (file === undefined) throw fail('not-found', 'no such evidence');
      return file;
    },
  );
}
