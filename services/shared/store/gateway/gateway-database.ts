import { fail } from '../../kernel/errors.js';
import { GATEWAY_MIGRATIONS } from './gateway-schema.js';
import { type Database, isDamage, openDatabase } from '../sqlite.js';

/** Nobody else has what is in it. Throws `config-invalid` for a damaged one, and when a newer program wrote it. */
export function openGatewayDatabase(path: string): Database {
  try {
    return openDatabase(path, GATEWAY_MIGRATIONS);
  } catch (error) {
    if (!isDamage(error)) throw error;
    throw fail('config-invalid', `\`${path}\` is damaged: put its backup back, see docs/operate.md`);
  }
}
