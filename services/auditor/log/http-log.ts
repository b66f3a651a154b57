import type { FastifyInstance } from 'fastify';
import { fail } from '../../shared/kernel/errors.js';
import { parseTilePath } from '../../shared/tlog/tiles.js';
import { isDigest } from '../../shared/trust/digest.js';
import { MAX_PROVED_RECORDS } from '../../shared/wire/served-questions.js';
import type { ShownLogLife } from '../../shared/wire/shown-ledger.js';
import type { Archive } from '../archive.js';
import type { AuditorGuard } from '../http/http-guard.js';
import type { Sealer } from './sealer.js';

/** Tiles never change; a token is needed for them, so only the caller may keep them. */
const TILE_CACHE = 'private, max-age=31536000, immutable';

interface LogRouteDeps {
  readonly sealer: Pick<Sealer, 'tile' | 'indexOf' | 'life'> & {
    readonly shown: () => { readonly size: number } | undefined;
    readonly cosigned: Pick<Sealer['cosigned'], 'newest'>;
  };
  readonly archive: Pick<Archive, 'numbersWith'>;
}

interface IndexesQuery {
  /** Digests of statements, separated by commas. */
  readonly records?: unknown;
}

/**
 * Adds the resources of a log (C2SP tlog-tiles): the published checkpoint, tiles of hashes, and bundles of entries;
 * `GET /v1/log/indexes`: at which indexes the entries of records are, null for a record that is not in the published tree; and
 * `GET /v1/log/life`: the present life of the log.
 */
export function addLogRoutes(
  app: FastifyInstance,
  guard: AuditorGuard,
  { sealer, archive }: LogRouteDeps,
): void {
  const route = guard('log:read');
  app.get('/checkpoint', route, (_request, reply) => {
    const note = sealer.cosigned.newest();
    if (note === undefined) throw fail('not-found', 'no checkpoint was published yet');
    return reply.type('text/plain; charset=utf-8').header('cache-control', 'no-cache').send(note);
  });
  app.get<{ Querystring: IndexesQuery }>('/v1/log/indexes', route, ({ query }) => {
    const records = String(query.records ?? '').split(',');
    if (records.length > MAX_PROVED_RECORDS || !records.every(isDigest))
      throw fail('id-invalid', `\`records\` is not a list of at most ${MAX_PROVED_RECORDS} digests`);
    const size = sealer.shown()?.size ?? 0;
    const indexes = records.map((record) => {
      const [number] = archive.numbersWith(record);
      const index = number === undefined ? size : sealer.indexOf(number);
      return index < size ? index : null;
    });
    return { indexes };
  });
  app.get('/v1/log/life', route, (): ShownLogLife => {
    const { life, begunBy } = sealer.life();
    return { life, ...begunBy };
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
