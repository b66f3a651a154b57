import { findStuckConsumers } from '../../shared/bus/stuck-consumers.js';
import { type DivergentStream, findDivergentStreams } from '../../shared/bus/replica-divergence.js';
import { monitoringAt } from '../../shared/bus/monitoring.js';
import { startCommand } from '../home/require-kind.js';
import { probe } from '../http-client.js';
import { missingStreams, provisionedStreams } from '../home/missing-streams.js';
import { findLost } from '../init/restore-streams.js';
import { isAlive, isComposed, type RunFile } from '../home/run-file.js';
import { readLog } from '../ledger/read-ledger.js';
import { witnessesText } from '../ledger/witnesses-text.js';
import { readNumbers } from '../status/numbers.js';
import type { ProcessStatus } from '../status/read-status.js';
import {
  bad,
  type Check,
  killCommand,
  type CheckFinding,
  logCommand,
  ok,
  type CheckContext,
  running,
  skip,
  toInspect,
} from './check.js';
import { fixForCode } from './fix-for-code.js';
import { permissions } from './permission-check.js';
import { statusOnce } from './status-once.js';

const federation: Check = {
  name: 'federation',
  look: ({ run, home }) =>
    run === undefined
      ? bad(`none runs in ${home.root}`, `liaison ${startCommand(home)}`)
      : ok(
          `${run.pid === undefined ? 'in containers' : `pid ${run.pid}`}, ${Object.keys(run.gateways).length} gateways`,
        ),
};

const processes = running('processes', async ({ run, home }) => {
  if (isComposed(run)) return skip('the container engine restarts them: see `docker compose ps`');
  const dead = Object.entries(run.processes).filter(([, pid]) => !isAlive(pid));
  if (dead.length === 0) return answering({ run, home });
  const names = dead.map(([name]) => name);
  return bad(
    `not running: ${names.join(' ')}`,
    `${logCommand({ home, run }, names[0] ?? '', 3)}   # it is restarted; the log has the reason`,
  );
});

/** Checks that running processes answer: a stopped or stuck process is as unavailable as an ended one. */
async function answering({
  run,
  home,
}: Pick<CheckContext, 'home'> & { readonly run: RunFile }): Promise<CheckFinding> {
  const silent = (await statusOnce(run)).processes.filter(({ state }) => state === 'silent');
  const [first] = silent;
  if (first === undefined) return ok(`${Object.keys(run.processes).length} alive`);
  const names = silent.map(({ process, pid }) => `${process} (pid ${pid})`);
  return bad(`running, but not answering: ${names.join(', ')}`, killCommand({ run, home }, first.process));
}

const broker = running('broker', async ({ run, home }) => {
  const monitoring = monitoringAt(run.monitor);
  if (!(await monitoring.isServing()))
    return bad(`${run.nats} is not healthy`, logCommand({ home, run }, 'nats'));
  if (!(await monitoring.syncsAlways())) {
    return bad(
      'it does not sync every write: a power cut loses acknowledged messages',
      `grep -n sync_interval ${home.nats('nats.conf')}   # put \`sync_interval: always\` back into \`jetstream\`, then restart \`up\``,
    );
  }
  const version = await monitoring.version();
  if (run.monitor.includes(',') && UNSAFE_IN_CLUSTERS.test(version))
    return bad(
      `version ${version}: after a fault, servers of a cluster may hold different data`,
      'docker compose up -d   # with NATS_IMAGE unset, or set to 2.15',
    );
  return ok(`${run.nats}, version ${version}, syncs always`);
});

/** Versions whose servers hold different copies after a fault (docs/adr/0019). */
const UNSAFE_IN_CLUSTERS = /^2\.10\./;

const copies = running('copies', async ({ run, home }) => {
  const monitors = run.monitor.split(',');
  if (monitors.length === 1) return ok('one server, one copy of each stream');
  const differing = await findDivergentStreams(monitors).catch(() => undefined);
  if (differing === undefined)
    return bad('a server of the cluster does not answer', logCommand({ home, run }, 'nats'));
  if (differing.length === 0) return ok(`the same on ${monitors.length} servers`);
  const divergent = new URL(monitors[divergentServer(differing, monitors.length)] ?? '').hostname.replace(
    /-monitor$/,
    '',
  );
  return bad(
    `streams differ between servers: ${differing.map(({ stream, ends }) => `${stream} ${ends.join(' ')}`).join(', ')}`,
    `docker compose stop ${divergent} && docker compose run --rm --no-deps --entrypoint rm ${divergent} -rf ${home.nats(divergent, 'data', 'jetstream')} && docker compose start ${divergent}   # the other servers fill it again; then run doctor again`,
  );
});

/** Returns the server whose streams most often end at a position that no other server has. */
function divergentServer(differing: readonly DivergentStream[], servers: number): number {
  const alone = (server: number): number =>
    differing.filter(({ ends }) => ends.filter((end) => end === ends[server]).length === 1).length;
  const times = Array.from({ length: servers }, (_, server) => alone(server));
  return times.indexOf(Math.max(...times));
}

const streams = running('streams', async ({ run, home }) => {
  const unreadable = await monitoringAt(run.monitor).unreadable('all');
  if (unreadable.length > 0) {
    return bad(
      `on disk but unreadable: ${unreadable.join(' ')}`,
      `ls -l ${home.nats('js.key')}   # the cipher key has changed: restore the right one`,
    );
  }
  const gone = await missingStreams(home, run.monitor);
  const { missing: deleted } = await findLost(home, monitoringAt(run.monitor));
  if (deleted.length > 0)
    return bad(
      `deleted while others of the account exist: ${deleted.join(' ')}`,
      'liaison provision --watch   # recreates them; `up`, and `provisioner` in containers, do this automatically',
    );
  if (gone.length > 0)
    return bad(
      `missing: ${gone.join(' ')}`,
      'liaison provision --after-loss   # only if the disk is lost, not if the cipher key is wrong',
    );
  const ahead = run.replicas === undefined ? await findStuckConsumers(monitoringAt(run.monitor)) : new Set();
  if (ahead.size > 0)
    return bad(
      `not delivered, as the consumer is positioned beyond the end of the stream: ${[...ahead].join(' ')}`,
      'liaison provision   # replaces the consumer, and delivers waiting messages',
    );
  const { length } = provisionedStreams(home);
  return length === 0 ? skip('the list of provisioned streams is not in this home') : ok(`${length} exist`);
});

const isRouter = (process: string): boolean => /^router(-\d+)?$/.test(process);

const isGateway = (process: string): boolean => process === 'console' || process.startsWith('gateway-');

const gateways = running('gateways', async ({ run, home }) => {
  const unready = await unreadyAmong(run, isGateway);
  const ready = `${Object.keys(run.gateways).length} ready`;
  return unready.length === 0 ? ok(ready) : notReady(unready, { run, home });
});

const router = running('router', async ({ run, home }) => {
  const unready = await unreadyAmong(run, isRouter);
  const ready = 'ready: directory, policies and ledger are fresh';
  return unready.length === 0 ? ok(ready) : notReady(unready, { run, home });
});

async function unreadyAmong(
  run: RunFile,
  isMeant: (process: string) => boolean,
): Promise<readonly ProcessStatus[]> {
  const { processes: all } = await statusOnce(run);
  return all.filter(({ process, state }) => state !== 'ready' && isMeant(process));
}

const ledger = running('ledger', async ({ run, home }) => {
  const answer = await probe(`${run.auditor}/readyz`);
  if (answer === undefined) return bad('the auditor does not answer', killCommand({ home, run }, 'auditor'));
  const { records, lag, heartbeatAge } = (await statusOnce(run)).ledger;
  const shown = (value: number | null): string => (value === null ? '?' : String(Math.round(value)));
  const words = `${shown(records)} records, ${shown(lag)} behind, heartbeat ${shown(heartbeatAge)} s ago`;
  if (answer.ok) return ok(`${words}; the router stops after 60 s`);
  return bad(JSON.stringify(answer.body), logCommand({ home, run }, 'auditor'));
});

const witnesses = running('witnesses', async ({ home }) => {
  const log = await readLog(home);
  if (log === null) return skip('the auditor does not answer this operator');
  if (log.size === null) return skip('no checkpoint of the log was published yet');
  const says = witnessesText(log, home);
  if (log.quorate !== null || log.witnesses.length === 0) return ok(says);
  return toInspect(`no quorum yet: ${says}`, 'liaison ledger show   # what each cosigned last');
});

const numbers = running('numbers', async ({ run, home }) => {
  const asked = await Promise.all(
    Object.entries(run.metrics).map(async ([name, url]) => [name, (await readNumbers(url)).size] as const),
  );
  const [silent] = asked.filter(([, size]) => size === 0);
  if (silent === undefined) return ok(`${asked.length} processes serve metrics to Prometheus`);
  return bad(`${silent[0]} serves no metrics`, logCommand({ home, run }, silent[0]));
});

function notReady(
  unready: readonly ProcessStatus[],
  context: Pick<CheckContext, 'home' | 'run'>,
): CheckFinding {
  const words = unready.map((one) => `${one.process}: ${whyNot(one)}`).join('; ');
  const silent = unready.find(({ state }) => state === 'silent');
  if (silent !== undefined) return bad(words, killCommand(context, silent.process));
  return bad(words, fixForCode(words, context) ?? logCommand(context, unready[0]?.process ?? ''));
}

function whyNot({ state, pid, reasons }: ProcessStatus): string {
  switch (state) {
    case 'silent':
      return `${pid === null ? '' : `pid ${pid} `}does not answer`;
    case 'ended':
      return 'does not run';
    case 'ready':
    case 'not-ready':
      return reasons.join(' ');
  }
}

/** The checks of a running federation. */
export const federationChecks: readonly Check[] = [
  federation,
  processes,
  broker,
  permissions,
  streams,
  copies,
  ledger,
  witnesses,
  router,
  gateways,
  numbers,
];
