import type { FastifyInstance } from 'fastify';
import type { Clock } from '../shared/kernel/clock.js';
import { fail } from '../shared/kernel/errors.js';
import type { ConsoleStore } from '../shared/store/console-store.js';
import type { Directory } from '../shared/trust/directory.js';
import { flowFor, isWindow } from './flow.js';
import type { Access } from './http-access.js';
import type { LedgerWatch } from './ledger-watch.js';
import type { Query } from './question.js';
import type { ShownFlow } from './shown.js';

export interface FlowDeps {
  readonly access: Access;
  readonly store: ConsoleStore;
  readonly directory: () => Directory;
  readonly ledger: LedgerWatch;
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
    const sources = { store, directory: directory(), now: clock() };
    return { ...flowFor(viewer, window, sources), ledger: await ledger.state(), connected: connected() };
  });
}
