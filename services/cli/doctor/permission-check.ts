import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { accountsOf, type User } from '../../shared/bus/accounts.js';
import { arePermissionsEnforced } from '../../shared/bus/permission-probe.js';
import type { Home } from '../../shared/runtime/home.js';
import { readSecret } from '../../shared/trust/secret-file.js';
import { seedPath } from '../init/seed-path.js';
import { brokerConnection } from '../home/run-file.js';
import { readDirectory } from '../../shared/trust/read-directory.js';
import { bad, type Check, ok, running, skip } from './check.js';

/** Checks that the broker accepts each nkey of this home, and limits it to its own permissions. */
export const permissions: Check = running('permissions', async ({ run, home }) => {
  const { organisations } = await readDirectory(home);
  const keys = accountsOf([...organisations.keys()]).flatMap(({ name, users }) =>
    users.map((user) => keyOf(home, name, user)).filter(({ place }) => existsSync(place)),
  );
  if (keys.length === 0) return skip('no nkey is in this home');
  const open: string[] = [];
  // Opens one connection at a time, as the machine may be overloaded.
  for (const { name, role, place } of keys) {
    // The hub’s tail has no certificate of its own and uses that of the operator, as `liaison tail` does.
    const folder = [dirname(place), home.hub('operator')].find((one) => existsSync(join(one, 'tls')));
    const broker = brokerConnection(run, folder ?? dirname(place));
    if (!(await arePermissionsEnforced({ ...broker, seed: readSecret(place), role, name: 'doctor' })))
      open.push(name);
  }
  if (open.length === 0) return ok(`${keys.length} keys, each limited to its permissions`);
  return bad(
    `may publish more than their permissions: ${open.join(' ')}`,
    `less ${home.nats('nats.conf')}   # its permissions were changed: restore them, then restart \`up\``,
  );
});

function keyOf(home: Home, account: string, user: User): { name: string; role: User['role']; place: string } {
  return { name: `${account}/${user.role}`, role: user.role, place: seedPath(home, account, user) };
}
