import type { FastifyInstance, FastifyReply } from 'fastify';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import { noQuery, queryOf } from '../../shared/runtime/http-query.js';
import type { ReleaseIntake } from '../policies/own-releases.js';
import { bytesOf } from './http-body.js';
import { BODY_LIMIT, type IntakeGuard } from './http-body-limit.js';
import type { Guard } from './http-guard.js';
import { ref } from './openapi/notice-components.js';
import { BODY, SIGNING, operation } from './openapi/operation.js';
import { releaseBody, releaseExamples } from './openapi/release-components.js';

/** What the routes of policy releases use. */
export interface ReleasesRouteDeps {
  readonly guard: Guard;
  readonly intake: IntakeGuard;
  readonly releases: ReleaseIntake;
}

/** Adds the routes by which a person releases the rules of this organisation, and sees what the routers made of it. */
export function addReleases(app: FastifyInstance, deps: ReleasesRouteDeps): void {
  addRelease(app, deps);
  addFindReleases(app, deps);
  addInForce(app, deps);
}

function addRelease(app: FastifyInstance, { guard, intake, releases }: ReleasesRouteDeps): void {
  const schema = operation({
    id: 'releasePolicies',
    scope: 'policy:release',
    tag: 'policies',
    summary: 'Release the rules of this organisation',
    description:
      'Stores a release, signed with the key of use `policy`, and sends it to the hub. A router judges it within seconds; until it is in force, the release before it decides.',
    takes: { querystring: noQuery, body: releaseBody },
    good: {
      status: 202,
      description: 'stored, to be sent',
      schema: ref('unrecorded-release'),
      example: releaseExamples.unrecorded,
    },
    codes: [...BODY, ...SIGNING, 'release-refused'],
  });
  app.post(
    '/v1/policies/releases',
    { schema, onRequest: [guard('policy:release'), intake] },
    async (request, reply): Promise<FastifyReply> => {
      const limits = { bytes: BODY_LIMIT, depth: 2, nodes: 8 };
      const release = await releases.submit(parseStrictJson(bytesOf(request.body), limits));
      return reply.code(202).send(release);
    },
  );
}

function addFindReleases(app: FastifyInstance, { guard, releases }: ReleasesRouteDeps): void {
  const schema = operation({
    id: 'findReleases',
    scope: 'policy:release',
    tag: 'policies',
    summary: 'What became of the releases of this organisation',
    description:
      'The hub answers. The last releases, newest first, and those that this gateway has and the hub has not recorded.',
    takes: {
      querystring: queryOf({
        statement: {
          type: 'string',
          pattern: '^[A-Za-z0-9_-]{43}$',
          description: 'the digest of the statement of a release: says why that one was refused',
        },
      }),
    },
    good: {
      status: 200,
      description: 'the releases',
      schema: ref('releases'),
      example: releaseExamples.releases,
    },
    codes: ['usage', 'rate-limited', 'timed-out', 'unreachable', 'full'],
  });
  app.get<{ Querystring: { readonly statement?: string } }>(
    '/v1/policies/releases',
    { schema, onRequest: guard('policy:release') },
    ({ query }) => releases.list(query.statement),
  );
}

function addInForce(app: FastifyInstance, { guard, releases }: ReleasesRouteDeps): void {
  const schema = operation({
    id: 'findPoliciesInForce',
    scope: 'policy:release',
    tag: 'policies',
    summary: 'The files of the federation and the rules of this organisation that are in force',
    description:
      'The hub answers; the gateway verifies the files against the signed releases that have them. Nothing signs files that are in no release.',
    takes: { querystring: noQuery },
    good: {
      status: 200,
      description: 'the files',
      schema: ref('policies-in-force'),
      example: releaseExamples.inForce,
    },
    codes: [
      'usage',
      'not-yet',
      'not-ready',
      'oversize',
      'digest-mismatch',
      'release-refused',
      'rate-limited',
      'timed-out',
      'unreachable',
      'full',
    ],
  });
  app.get('/v1/policies/in-force', { schema, onRequest: guard('policy:release') }, () => releases.inForce());
}
