import { fastify, type FastifyInstance } from 'fastify';
import type { Alarms } from '../../shared/runtime/alarms.js';
import { addHealth } from '../../shared/runtime/http-health.js';
import type { OwnNames } from '../../shared/runtime/http-host.js';
import { answerProblems } from '../../shared/runtime/http-problem.js';
import { schemaChecks } from '../../shared/runtime/http-query.js';
import { httpServerOptions } from '../../shared/runtime/http-server-options.js';
import { addServerRules } from '../../shared/runtime/http-server-rules.js';
import type { Logger } from '../../shared/runtime/logger.js';
import type { Callers } from '../../shared/trust/callers.js';
import type { ShownEndedLife, ShownProgress } from '../../shared/wire/shown-ledger.js';
import type { Archive } from '../archive.js';
import { addDirectoryRoute, type DirectoryRouteDeps } from './http-directory.js';
import { type AuditorGuard, createAuditorGuard } from './http-guard.js';
import { addLedgerRoute } from './http-ledger.js';
import { bodyError } from './http-policies.js';
import { addQuarantineRoutes } from './http-quarantine.js';
import { addRecallsRoute } from './http-recalls.js';
import { addDecisionRoutes, addRecordRoutes } from './http-records.js';
import { addLogRoutes } from '../log/http-log.js';
import { addQuorateRoutes } from '../log/http-quorate.js';
import type { Sealer } from '../log/sealer.js';
import type { UnverifiableRecord } from '../keeper.js';

/** The part of a log that is served to readers. */
export interface ServedLog extends Pick<Sealer, 'tile' | 'signedRoot' | 'indexOf' | 'life'> {
  /** The checkpoint that was published last; undefined before the first. */
  readonly shown: () => { readonly size: number } | undefined;
  readonly cosigned: Pick<Sealer['cosigned'], 'newest' | 'quorate' | 'state'>;
}

/** What the API of an auditor and that of a mirror read from. */
export interface ReadHttpDeps extends OwnNames, DirectoryRouteDeps {
  readonly archive: Archive;
  readonly sealer: ServedLog;
  readonly callers: Callers;
  readonly log: Logger;
  readonly alarms: Pick<Alarms, 'list'>;
  /** Codes that say why the process is not ready; empty when it is. */
  readonly reasons: () => readonly string[];
  /** The record at which the auditor waits. */
  readonly waiting: () => UnverifiableRecord | undefined;
  readonly progress: () => ShownProgress | null;
  /** The lives of the log before the one that is served; none by default. */
  readonly endedLives?: () => Promise<readonly ShownEndedLife[]>;
}

/**
 * Creates a server with the routes that read: whole records by number, what a viewer may see of notices and quarantine, the log,
 * and the directory.
 */
export function createReadHttp({
  archive,
  sealer,
  callers,
  log,
  host,
  hostNames,
  waiting,
  progress,
  endedLives,
  directory,
  ...health
}: ReadHttpDeps): { readonly app: FastifyInstance; readonly guard: AuditorGuard } {
  const app = fastify({
    ...httpServerOptions(),
    logger: false,
    forceCloseConnections: true,
    ajv: schemaChecks,
  });
  addServerRules(app, { host, hostNames });
  answerProblems(app, log, bodyError);
  addHealth(app, health);
  const guard = createAuditorGuard(app, callers);
  addRecordRoutes(app, guard, archive);
  addDecisionRoutes(app, guard, archive);
  addQuarantineRoutes(app, guard, archive);
  addRecallsRoute(app, guard, archive);
  addLedgerRoute(app, guard, { archive, waiting, sealer, progress, endedLives });
  addLogRoutes(app, guard, { sealer, archive });
  addQuorateRoutes(app, guard, sealer);
  addDirectoryRoute(app, guard, { directory });
  return { app, guard };
}
