import type { FastifyInstance } from 'fastify';
import type { Directory } from '../../shared/trust/directory.js';
import type { AuditorGuard } from './http-guard.js';

/** What the route reads from. */
export interface DirectoryRouteDeps {
  readonly directory: () => Pick<Directory, 'frame'>;
}

/** Adds `GET /v1/directory`: the signed directory in force, for callers that verify whole records. */
export function addDirectoryRoute(
  app: FastifyInstance,
  guard: AuditorGuard,
  { directory }: DirectoryRouteDeps,
): void {
  app.get('/v1/directory', guard('records:read'), (_request, reply) =>
    reply
      .type('application/octet-stream')
      .header('cache-control', 'no-cache')
      .send(Buffer.from(directory().frame)),
  );
}
