import type { FastifyInstance } from 'fastify';
import { fail } from '../../shared/kernel/errors.js';
import { parseTilePath } from '../../shared/tlog/tiles.js';
import type { AuditorGuard } from '../http-guard.js';
import type { Sealer } from './sealer.js';

/** Tiles never change; a token is needed for them, so only the caller may keep them. */
const TILE_CACHE = 'private, max-age=31536000, immutable';

/** Adds the resources of a log (C2SP tlog-tiles): the published checkpoint, tiles of hashes, and bundles of entries. */
export function addLogRoutes(
  app: FastifyInstance,
  guard: AuditorGuard,
  sealer: Pick<Sealer, 'shown' | 'tile'>,
): void {
  const route = guard('log:read');
  app.get('/checkpoint', route, (_request, reply) => {
    const shown = sealer.shown();
    if (shown === undefined) throw fail('not-found', 'no checkpoint was published yet');
    const note = shown.note + shown.cosignatures.join('');
    return reply.type('text/plain; charset=utf-8').header('cache-control', 'no-cache').send(note);
  });
  app.get<{ Params: { readonly '*': string } }>('/tile/*', route, async ({ params }, reply) => {
    const bytes = await sealer.tile(parseTilePath(`tile/${params['*']}`));
    if (bytes === undefined) throw fail('not-found', 'the log has no such tile');
    return reply
      .type('application/octet-stream')
      .header('cache-control', TILE_CACHE)
      .send(Buffer.from(bytes));
  });
}
