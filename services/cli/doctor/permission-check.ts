import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { accountsOf, type User } from '../../shared/bus/accounts.js';
import { isConfined } from '../../shared/bus/permission-probe.js';
import type { Home } from '../../shared/runtime/home.js';
import { readSecret } from '../../shared/trust/secret-file.js';
import { seedPath } from '../init/seed-path.js';
import { brokerConnection } from '../home/run-file.js';
import { readDirectory } from '../../shared/trust/read-directory.js';
import { bad, type Check, ok, running, skip } from './check.js';

/** Every key of this home is let in by the broker, and held to its own list there. */
export const permissions: Check = running('permissions', async ({ run, home }) => {
  const { organisations } = await readDirectory(home);
  const keys = accountsOf([...organisations.keys()]).flatMap(({ name, users }) =>
    users.map((user) => keyOf(home, name, user)).filter(({ place }) => existsSync(place)),
  );
  if (keys.length === 0) return skip('no key of this federation is in this home');
  const open: string[] = [];
  // One after the other: a machine that is busy enough to be looked at has no room for forty connections at once.
  for (const { name, role, place } of keys) {
    // The hub’s own tail has no certificate: it shows the operator’s, as `tail` does.
    const folder = [dirname(place), home.hub('operator')].find((one) => existsSync(join(one, 'tls')));
    const broker = brokerConnection(run, folder ?? dirname(place));
    if (!(await isConfined({ ...broker, seed: readSecret(place), role, name: 'doctor' }))) open.push(name);
  }
  if (open.length === 0) return ok(`${keys.length} keys, each held to its list`);
  return bad(
    `may publish what no list allows: ${open.join(' ')}`,
    `less ${home.nats('nats.conf')}   # somebody widened it: put the lists back, then \`up\` again`,
  );
});

function keyOf(home: Home, account: string, user: User): { name: string; role: User['role']; place: string } {
  return { name: `${account}/${user.role}`, role: user.role, place: seedPath(home, account, user) };
}
