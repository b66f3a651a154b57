import { type Account, accountsOf, HUB_ACCOUNTS } from '../../shared/bus/accounts.js';
import { findStuckConsumers } from '../../shared/bus/stuck-consumers.js';
import { type Bus, connectAs } from '../../shared/bus/connect.js';
import { type Monitoring, monitoringAt } from '../../shared/bus/monitoring.js';
import { provision, type Target } from '../../shared/bus/provision.js';
import { type AccountKind, RETIRED_STREAMS, streamsOf } from '../../shared/bus/streams.js';
import { fail } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import { readSecret } from '../../shared/trust/secret-file.js';
import { provisionedFile, provisionedNames } from '../home/missing-streams.js';
import { brokerConnection, type RunFile } from '../home/run-file.js';
import { hubSize } from './hub-broker.js';
import { seedPath } from './seed-path.js';

interface HomeProvisioning {
  readonly run: Pick<RunFile, 'nats' | 'monitor' | 'tls' | 'routers' | 'replicas'>;
  /** Creates listed streams again that the broker lost. */
  readonly afterLoss?: boolean;
  /**
   * Names of streams and consumers that the broker lost while it kept other streams of their account; they are created
   * again.
   */
  readonly lost?: ReadonlySet<string>;
  readonly say: (words: string) => void;
}

/** The result of provisioning: names of streams and consumers, as `<account>/<stream>[/<consumer>]`. */
export interface Provisioned {
  readonly made: readonly string[];
  /** With `afterLoss`: those that the broker still had. */
  readonly there: readonly string[];
}

/**
 * Creates the streams and consumers that `hub/provision/provisioned.json` does not list yet, of every account with a
 * provisioning key in this home; with `afterLoss` also the listed ones. On a single broker, replaces consumers that are
 * positioned beyond the end of their stream. With `afterLoss`, throws `stream-missing` and changes nothing while data is on disk
 * but unreadable. Throws `unreachable` or `forbidden`; what was created before that stays listed.
 */
export async function provisionHome(
  home: Home,
  { run, afterLoss = false, lost = new Set(), say }: HomeProvisioning,
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
  const size = { ...hubSize(home), ...run };
  const targets = accountsOf(size.orgs, size)
    .filter(({ jetstream }) => jetstream !== undefined)
    .map(
      (account): Target => ({
        account: account.name,
        streams: streamsOf(kindOf(account), size),
        retired: account.name === HUB_ACCOUNTS.core ? RETIRED_STREAMS : [],
        connect: () => connectProvisioner(home, account, run),
      }),
    );
  const ahead: ReadonlySet<string> =
    run.replicas === undefined ? await findStuckConsumers(monitoring) : new Set();
  const before = afterLoss ? await listedBefore(home, monitoring) : [];
  const names = await provision(targets, {
    markerFile: provisionedFile(home),
    afterLoss,
    lost,
    onOlder: (stream) => say(olderStreamMessage(stream, conf)),
    ahead,
  });
  const kept = new Set(before.filter((name) => !ahead.has(name)));
  return { made: names.filter((name) => !kept.has(name)), there: names.filter((name) => kept.has(name)) };
}

/** Returns the provisioned names that the broker lists; a revision counts as listed with its stream. */
async function listedBefore(home: Home, monitoring: Monitoring): Promise<readonly string[]> {
  const shown = new Set(await monitoring.names());
  return provisionedNames(home).filter((name) => shown.has(name.replace(/\/@\d+$/, '')));
}

function olderStreamMessage(stream: string, conf: string): string {
  const name = stream.split('/')[1] ?? '';
  const lists = `"$JS.API.STREAM.INFO.${name}", "$JS.API.STREAM.UPDATE.${name}"`;
  return (
    `${stream} keeps the configuration of an older release: add ${lists} to the publish permissions of the provisioning ` +
    `user of its account in ${conf}, then restart the broker`
  );
}

/** Connects to an account with its provisioning key. Throws as `connectAs` does. */
export function connectProvisioner(
  home: Home,
  account: Pick<Account, 'name'>,
  run: Pick<RunFile, 'nats' | 'tls'>,
): Promise<Bus> {
  return connectAs({ ...identityOf(home, account), ...brokerConnection(run, home.hub('provision')) });
}

function identityOf(
  home: Home,
  { name }: Pick<Account, 'name'>,
): { seed: string; role: 'provision'; name: string } {
  const role = 'provision';
  return { seed: readSecret(seedPath(home, name, { role })), role, name: role };
}

function kindOf({ name }: Account): AccountKind {
  if (name === HUB_ACCOUNTS.core) return 'core';
  return name === HUB_ACCOUNTS.command ? 'command' : 'organisation';
}
