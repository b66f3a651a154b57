import type { FastifyInstance } from 'fastify';
import { fail } from '../../shared/kernel/errors.js';
import { noQuery } from '../../shared/runtime/http-query.js';
import { signalOf } from '../../shared/runtime/http-request-limit.js';
import { meaningOf, type ReportedAlarm } from '../../shared/runtime/parse-alarms.js';
import type { ShownLedger } from '../../shared/wire/shown-ledger.js';
import type { ReadAcknowledged } from '../../shared/store/acknowledged-alarms.js';
import type { AuditorClient } from '../auditor-client.js';
import type { Access } from '../session/http-access.js';
import type { ShownAlarm, ShownLedgerState } from '../shown.js';
import { routerAt } from './http-flow.js';
import type { LedgerWatch } from './ledger-watch.js';
import type { RouterWatch } from './router-watch.js';

/** What the route of the ledger uses. */
export interface LedgerDeps {
  readonly access: Access;
  readonly auditor: AuditorClient;
  readonly ledger: LedgerWatch;
  readonly routers: RouterWatch;
  readonly acknowledged: ReadAcknowledged;
}

/** Alarms of routers that are about the ledger; all alarms of the auditor are. */
const OF_ROUTERS: readonly string[] = [
  'recall-overdue',
  'ledger-made-anew',
  'records-lost',
  'record-unverifiable',
  'foreign-record',
  'foreign-heartbeat',
  'receipt-conflict',
];

/** Adds `/v1/ledger`: the state of the auditor's file and of the log over it, for viewers of the federation alone. */
export function addLedger(
  app: FastifyInstance,
  { access, auditor, ledger, routers, acknowledged }: LedgerDeps,
): void {
  const route = { schema: { querystring: noQuery } };
  app.get('/v1/ledger', route, async (request): Promise<ShownLedgerState> => {
    if (access.viewerOf(request).scope !== undefined)
      throw fail('forbidden', 'the state of the ledger is for viewers of the federation');
    const [file, { ledger: state, alarms }] = await Promise.all([
      auditor.during(signalOf(request)).get('/v1/ledger', { viewer: 'federation' }),
      ledger.state(),
      routers.state(),
    ]);
    return {
      ...state,
      file: file as ShownLedger,
      alarms: ledgerAlarms(alarms, routers.alarms(), acknowledged()),
    };
  });
}

/** Returns the alarms of the auditor, and those of the routers that are about the ledger. */
export function ledgerAlarms(
  ofAuditor: readonly ReportedAlarm[],
  ofRouters: readonly (readonly ReportedAlarm[])[],
  acknowledgementOf: ReturnType<ReadAcknowledged>,
): readonly ShownAlarm[] {
  const shown = (process: string, alarms: readonly ReportedAlarm[]): readonly ShownAlarm[] =>
    alarms.map((alarm) => ({
      process,
      means: meaningOf(alarm.alarm),
      ...alarm,
      acknowledged: acknowledgementOf({ process, ...alarm }),
      findings: [],
    }));
  const about = ofRouters.flatMap((alarms, index) =>
    shown(
      routerAt(index),
      alarms.filter(({ alarm }) => OF_ROUTERS.includes(alarm)),
    ),
  );
  return [...shown('auditor', ofAuditor), ...about];
}
