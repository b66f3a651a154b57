import type { FastifyInstance } from 'fastify';
import type { Clock } from '../../shared/kernel/clock.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import { queryOf } from '../../shared/runtime/http-query.js';
import { meaningOf, type ReportedAlarm } from '../../shared/runtime/parse-alarms.js';
import type { ShownAdoption } from '../../shared/wire/shown-adoption.js';
import type { ReadAcknowledged } from '../../shared/store/acknowledged-alarms.js';
import type { ConsoleStore } from '../../shared/store/console/console-store.js';
import type { Directory } from '../../shared/trust/directory.js';
import { flowFor, type Window, WINDOW_NAMES } from './flow.js';
import type { Access } from '../session/http-access.js';
import type { LedgerWatch } from './ledger-watch.js';
import type { RouterWatch } from './router-watch.js';
import type { ShownAlarm, ShownFlow, ShownRouter } from '../shown.js';

/** What the route of the flow uses. */
export interface FlowDeps {
  readonly access: Access;
  readonly store: ConsoleStore;
  readonly directory: () => Directory;
  readonly ledger: LedgerWatch;
  readonly routers: RouterWatch;
  readonly alarms: Pick<Alarms, 'list'>;
  readonly acknowledged: ReadAcknowledged;
  readonly clock: Clock;
  readonly connected: () => boolean;
}

interface FlowQuery {
  readonly window: Window;
}

const flowQuery = queryOf({ window: { type: 'string', enum: WINDOW_NAMES, default: '1h' } });

/** Adds `/v1/flow`: who sends what to whom, and the state of each organisation, within the viewer's scope. */
export function addFlow(app: FastifyInstance, deps: FlowDeps): void {
  const { access, store, directory, ledger, clock, connected } = deps;
  const route = { schema: { querystring: flowQuery } };
  app.get<{ Querystring: FlowQuery }>('/v1/flow', route, async (request): Promise<ShownFlow> => {
    const viewer = access.viewerOf(request);
    const { window } = request.query;
    const [{ ledger: kept, alarms }, routers] = await Promise.all([ledger.state(), deps.routers.state()]);
    // While no router publishes status events, an organisation cannot be called silent.
    const heard = connected() && !isAllSilent(routers);
    const flow = flowFor(viewer, window, { store, directory: directory(), now: clock(), heard });
    // Alarms of the hub are for viewers of the federation only.
    const all = viewer.scope === undefined ? shownAlarms(deps, alarms) : [];
    return { ...flow, ledger: kept, connected: connected(), routers, alarms: all };
  });
}

function shownAlarms(
  { alarms, routers, acknowledged }: FlowDeps,
  ofAuditor: readonly ReportedAlarm[],
): readonly ShownAlarm[] {
  const acknowledgementOf = acknowledged();
  const show = (
    process: string,
    reported: readonly ReportedAlarm[],
    adoption?: ShownAdoption,
  ): readonly ShownAlarm[] =>
    reported.map((alarm) => ({
      process,
      means: meaningOf(alarm.alarm),
      ...alarm,
      acknowledged: acknowledgementOf({ process, ...alarm }),
      findings: alarm.alarm === 'policies-not-used' ? (adoption?.refused?.findings ?? []) : [],
    }));
  const ofRouters = routers.alarms();
  const adoptions = routers.adoptions();
  return [
    ...ofRouters.flatMap((reported, index) => show(routerAt(index), reported, adoptions[index])),
    ...show('auditor', ofAuditor),
    ...show('console', alarms.list()),
  ];
}

/** Returns the name of a router of this list, as `status` has it. */
export const routerAt = (index: number): string => (index === 0 ? 'router' : `router-${index + 1}`);

function isAllSilent(routers: readonly ShownRouter[]): boolean {
  return routers.length > 0 && routers.every(({ state }) => state === 'silent');
}
