import { type Account, accountsOf, HUB_ACCOUNTS } from '../../shared/bus/accounts.js';
import { consumersAhead } from '../../shared/bus/stuck-consumers.js';
import { connectAs } from '../../shared/bus/connect.js';
import { type Monitoring, monitoringAt } from '../../shared/bus/monitoring.js';
import { provision, type Target } from '../../shared/bus/provision.js';
import { type AccountKind, ONE_MACHINE, streamsOf } from '../../shared/bus/streams.js';
import { fail } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { Home } from '../../shared/runtime/home.js';
import { readSecret } from '../../shared/trust/secret-file.js';
import { provisionedNames } from '../home/missing-streams.js';
import { brokerConnection, type RunFile } from '../home/run-file.js';
import { seedPath } from './seed-path.js';

interface HomeProvisioning {
  readonly run: Pick<RunFile, 'nats' | 'monitor' | 'tls' | 'routers' | 'replicas'>;
  readonly orgs: readonly OrgId[];
  /** Makes again what is listed and gone. */
  readonly afterLoss?: boolean;
  readonly say: (words: string) => void;
}

/** Streams and consumers by name, as `<account>/<stream>[/<consumer>]`. */
export interface Provisioned {
  readonly made: readonly string[];
  /** Those that were asked for again and had never gone. */
  readonly there: readonly string[];
}

/**
 * Makes the streams and consumers that `hub/provision/provisioned.json` does not list yet, and of a lone broker anew the
 * consumers that stand beyond the end of their stream. With `afterLoss` also those that it lists,
 * but throws `stream-missing` and touches nothing while their data is on disk and only cannot be read. Throws `unreachable`
 * or `forbidden`; what was made stays listed.
 */
export async function provisionHome(
  home: Home,
  { run, orgs, afterLoss = false, say }: HomeProvisioning,
): Promise<Provisioned> {
  const monitoring = monitoringAt(run.monitor);
  const unreadable = afterLoss ? await monitoring.unreadable('some') : [];
  if (unreadable.length > 0) {
    throw fail(
      'stream-missing',
      `the data of \`${unreadable.join('`, `')}\` is on disk and cannot be read: start the broker with the right cipher ` +
        'key, or move its data folder away first',
    );
  }
  const conf = run.replicas === undefined ? `\`${home.nats('nats.conf')}\`` : '`nats.conf` of every server';
  const size = { ...ONE_MACHINE, ...run, orgs };
  const targets = accountsOf(orgs, size)
    .filter(({ jetstream }) => jetstream !== undefined)
    .map(
      (account): Target => ({
        account: account.name,
        streams: streamsOf(kindOf(account), size),
        connect: () =>
          connectAs({ ...identityOf(home, account), ...brokerConnection(run, home.hub('provision')) }),
      }),
    );
  const ahead: ReadonlySet<string> =
    run.replicas === undefined ? await consumersAhead(monitoring) : new Set();
  const before = afterLoss ? await shownBefore(home, monitoring) : [];
  const names = await provision(targets, {
    markerFile: home.hub('provision', 'provisioned.json'),
    afterLoss,
    onOlder: (stream) => say(olderWords(stream, conf)),
    ahead,
  });
  const there = new Set(before.filter((name) => !ahead.has(name)));
  return { made: names.filter((name) => !there.has(name)), there: names.filter((name) => there.has(name)) };
}

/** What was made once and is there: of a revision, where its stream is. */
async function shownBefore(home: Home, monitoring: Monitoring): Promise<readonly string[]> {
  const shown = new Set(await monitoring.names());
  return provisionedNames(home).filter((name) => shown.has(name.replace(/\/@\d+$/, '')));
}

function olderWords(stream: string, conf: string): string {
  const name = stream.split('/')[1] ?? '';
  const lists = `"$JS.API.STREAM.INFO.${name}", "$JS.API.STREAM.UPDATE.${name}"`;
  return (
    `${stream} stays as an older release made it: add ${lists} to what the provisioning user of its account may publish ` +
    `in ${conf}, then start the broker anew`
  );
}

function identityOf(home: Home, { name }: Account): { seed: string; role: 'provision'; name: string } {
  const role = 'provision';
  return { seed: readSecret(seedPath(home, name, { role })), role, name: role };
}

function kindOf({ name }: Account): AccountKind {
  if (name === HUB_ACCOUNTS.core) return 'core';
  return name === HUB_ACCOUNTS.command ? 'command' : 'organisation';
}
