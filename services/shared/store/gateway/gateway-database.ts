import { fail } from '../../kernel/errors.js';
import { GATEWAY_MIGRATIONS } from './gateway-schema.js';
import { type Database, openDatabase } from '../sqlite.js';
import { isDamage } from '../sqlite-error.js';

/**
 * Opens or creates a gateway's database. A damaged one is left as it is, because its content exists nowhere else. Throws
 * `config-invalid` when it is damaged or a newer program wrote it.
 */
export function openGatewayDatabase(path: string): Database {
  try {
    return openDatabase(path, GATEWAY_MIGRATIONS);
  } catch (error) {
    if (!isDamage(error)) throw error;
    throw fail('config-invalid', `\`${path}\` is damaged: restore its backup, see docs/operate.md`);
  }
}
