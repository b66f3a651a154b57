import type { FastifyInstance } from 'fastify';
import type { Clock } from '../shared/kernel/clock.js';
import { fail } from '../shared/kernel/errors.js';
import type { ConsoleStore } from '../shared/store/console-store.js';
import type { Directory } from '../shared/trust/directory.js';
import { flowFor, isWindow } from './flow.js';
import type { Access } from './http-access.js';
import type { LedgerWatch } from './ledger-watch.js';
import type { Query } from './question.js';
import type { RouterWatch } from './router-watch.js';
import type { ShownFlow, ShownRouter } from './shown.js';

export interface FlowDeps {
  readonly access: Access;
  readonly store: ConsoleStore;
  readonly directory: () => Directory;
  readonly ledger: LedgerWatch;
  readonly routers: RouterWatch;
  readonly clock: Clock;
  readonly connected: () => boolean;
}

/** Who sends what to whom, and how each organisation is, within the viewer's scope. */
export function addFlow(app: FastifyInstance, deps: FlowDeps): void {
  const { access, store, directory, ledger, clock, connected } = deps;
  app.get<{ Querystring: Query }>('/v1/flow', async (request): Promise<ShownFlow> => {
    const viewer = access.viewerOf(request);
    const { window = '1h', ...unknown } = request.query;
    if (!isWindow(window) || Object.keys(unknown).length > 0)
      throw fail('usage', '`window` is `15m`, `1h` or `24h`, and there is no other parameter');
    const [kept, routers] = await Promise.all([ledger.state(), deps.routers.state()]);
    // Where nobody tells of anybody, nobody can be called silent.
    const heard = connected() && !isAllSilent(routers);
    const flow = flowFor(viewer, window, { store, directory: directory(), now: clock(), heard });
    return { ...flow, ledger: kept, connected: connected(), routers };
  });
}

function isAllSilent(routers: readonly ShownRouter[]): boolean {
  return routers.length > 0 && routers.every(({ state }) => state === 'silent');
}
