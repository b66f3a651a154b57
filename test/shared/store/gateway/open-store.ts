import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GATEWAY_MIGRATIONS } from '../../../../services/shared/store/gateway/gateway-schema.js';
import {
  type GatewayStore,
  openGatewayStore,
} from '../../../../services/shared/store/gateway/gateway-store.js';
import { type Database, openDatabase } from '../../../../services/shared/store/sqlite.js';

interface OpenedStore {
  readonly folder: string;
  readonly store: GatewayStore;
  /** The same database, to look at its rows. */
  readonly db: Database;
  /** Closes both and removes their folder. */
  close(): Promise<void>;
}

/** Opens the store of a gateway in a new folder. */
export function openStore(): OpenedStore {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-store-'));
  const path = join(folder, 'gateway.db');
  const store = openGatewayStore(path);
  const db = openDatabase(path, GATEWAY_MIGRATIONS);
  return {
    folder,
    store,
    db,
    async close() {
      db.close();
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}
