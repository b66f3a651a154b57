import { join } from 'node:path';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { Home } from '../../shared/runtime/home.js';
import { hasLeft, isStale } from '../../shared/trust/directory.js';
import { memberState, sinceOf } from '../../shared/trust/directory/member-state.js';
import { CONTRACT } from '../../shared/wire/contract.js';
import type { GatewayRunFile } from '../home/run-file.js';
import { gatewayClient } from '../http-client.js';
import { newestDirectory } from '../init/home-directory.js';
import { localKeys } from '../key/local-keys.js';
import { readOwnRequest } from '../org/site-files.js';
import { askReleases } from '../policy/release/releases-client.js';
import { formatSeconds } from '../status/format-seconds.js';
import type { OrganisationStatus, ProcessStatus } from '../status/read-status.js';
import { clientFolder } from '../tls/holders.js';
import { daysLeft, readCertificate } from '../tls/sign-certificate.js';
import {
  bad,
  type Check,
  type CheckContext,
  type CheckFinding,
  isHomeReady,
  killCommand,
  logCommand,
  ok,
  skip,
  toInspect,
} from './check.js';
import { ageOfVersion } from './directory-check.js';
import { judgeKeys } from './judge-keys.js';
import { statusOnce } from './status-once.js';

const gateway: Check = {
  name: 'gateway',
  look: async ({ home, run }) => {
    if (run === undefined) return bad(`none runs in ${home.root}`, 'liaison site start');
    const [one] = (await statusOnce(run)).processes;
    return one === undefined ? skip('the run file names none') : judgeGateway(one, { home, run });
  },
};

function judgeGateway(one: ProcessStatus, context: Pick<CheckContext, 'home' | 'run'>): CheckFinding {
  const { process, pid, state, reasons } = one;
  switch (state) {
    case 'ready':
      return ok(`pid ${pid}, ready`);
    case 'not-ready':
      return bad(`not ready: ${reasons.join(' ')}`, fixForReasons(reasons) ?? logCommand(context, process));
    case 'silent':
      return bad(`pid ${pid} does not answer`, killCommand(context, process));
    case 'ended':
      return bad(
        'it ended',
        `${logCommand(context, process, 3)}   # it is restarted; the log has the reason`,
      );
  }
}

/** The command for each reason that a command at a site can look at; the first to fix is listed first. */
const FIXES: readonly (readonly [reason: string, command: string])[] = [
  ['organisation-left', 'liaison backup --help   # keep what is needed, then stop `site start` for good'],
  [
    'unauthorised',
    'liaison key request --help   # the broker refuses the nkey of this site: ask the operator of the hub',
  ],
  ['directory-stale', 'liaison status   # the hub signs the next version: its operator must start it'],
  ['unreachable', 'liaison doctor   # see the line `hub`'],
  ['full', 'liaison tail --event parked,deferred   # shows the recipients that do not accept'],
  ['not-ready', 'liaison key list   # a key of use notice and one of use receipt must be in force'],
];

const fixForReasons = (reasons: readonly string[]): string | undefined =>
  FIXES.find(([reason]) => reasons.includes(reason))?.[1];

const hub = ofGateway('hub', ({ connected }, { nats }) => {
  if (connected === null) return skip('the gateway does not answer');
  if (connected) return ok(`${nats}, connected`);
  const { host } = new URL(nats.split(',')[0] ?? nats);
  return bad(
    `${nats} is not reached`,
    `openssl s_client -brief -connect ${host} </dev/null   # without an answer ask the operator of the hub`,
  );
});

const directory = atSite('directory', async ({ home, now }) => {
  const opened = await newestDirectory(home);
  const { version, nextUpdate } = opened;
  if (!isStale(opened, now)) return ok(ageOfVersion(opened, now));
  return bad(
    `version ${version} was due to be replaced at ${nextUpdate.toISOString()}`,
    'liaison status   # the hub signs the next version: it must run, and be reached',
  );
});

/** Says why the organisation exchanges no notices, and what that is about. */
const member = atSite('member', async ({ home, now, org }) => {
  const own = (await newestDirectory(home)).organisations.get(org);
  if (own === undefined)
    return toInspect('the directory does not list this organisation', 'liaison org list');
  const state = memberState(own, now);
  if (state === 'member') return ok('in force');
  const words = `this organisation ${STATES[state]} since ${sinceOf(own, state)?.toISOString()}`;
  return toInspect(`${words}: it exchanges no notices`, 'liaison org list   # ask the operator of the hub');
});

const STATES = { suspended: 'is suspended', leaving: 'is leaving', left: 'has left' } as const;

const contract = atSite('contract', async ({ home }) => {
  const { contract: written } = (await newestDirectory(home)).hub;
  const words = `the hub writes contract ${written}, this site speaks up to ${CONTRACT}`;
  return written <= CONTRACT ? ok(words) : bad(words, 'liaison --version   # update this site');
});

const keys = atSite('keys', async ({ home, now, org }) => {
  const opened = await newestDirectory(home);
  if (isStale(opened, now)) return skip('the directory is stale');
  if (hasLeft(opened, org)) return skip('this organisation has left');
  return judgeKeys(opened, localKeys(home, opened), { now, owner: org });
});

const SOON_DAYS = 365;

/** The certificate ends with the authority of the hub, and a hub gets no new one (docs/limits.md). */
const certificate = atSite('certificate', ({ home, now, org }) => {
  const own = readCertificate(join(clientFolder(home.org(org)), 'cert.pem'));
  const words = `of this site, ends ${own.validTo.toISOString().slice(0, 10)}`;
  const mend = 'liaison org join --help   # this organisation must join a new hub before that day';
  const left = daysLeft(own, now);
  if (left <= 0) return bad(words, mend);
  return left < SOON_DAYS ? toInspect(words, mend) : ok(words);
});

const witnesses = ofGateway('witnesses', ({ unwitnessed }) =>
  unwitnessed === null
    ? skip('the gateway does not answer')
    : ok(`a quorum last covered every checkpoint ${formatSeconds(unwitnessed)} ago`),
);

const releases = atSite('releases', async ({ home, run, org }) => {
  if (run === undefined) return skip('the gateway does not run');
  const { connected } = await ownStatus(run);
  if (connected !== true) return skip('the hub, which knows them, is not reached');
  const { unrecorded, releases: known } = await askReleases(gatewayClient(home, run, org));
  const [newest] = known;
  const refused = unrecorded.find(({ code }) => code !== null);
  if (refused !== undefined)
    return toInspect(`version ${refused.version}: ${refused.code}`, 'liaison policy releases');
  if (newest === undefined) return ok('none recorded');
  const words = `version ${newest.version} is ${newest.state}`;
  return newest.state === 'refused'
    ? toInspect(words, `liaison policy show ${newest.release}   # why`)
    : ok(words);
});

async function ownStatus(
  run: GatewayRunFile,
): Promise<Pick<OrganisationStatus, 'connected' | 'unwitnessed'>> {
  const [own = { connected: null, unwitnessed: null }] = (await statusOnce(run)).organisations;
  return own;
}

/** Creates a check of what the gateway knows, which is skipped while it does not run. */
function ofGateway(
  name: string,
  look: (own: Awaited<ReturnType<typeof ownStatus>>, run: GatewayRunFile) => CheckFinding,
): Check {
  return {
    name,
    look: async ({ run }) =>
      run === undefined ? skip('the gateway does not run') : look(await ownStatus(run), run),
  };
}

/** Creates a check that is skipped before the site has accepted its welcome. */
function atSite(
  name: string,
  look: (context: CheckContext & { readonly org: OrgId }) => Promise<CheckFinding> | CheckFinding,
): Check {
  return {
    name,
    look: async (context) =>
      isHomeReady(context)
        ? look({ ...context, org: await orgOf(context.home) })
        : skip('the home is not initialised'),
  };
}

const orgOf = async (home: Home): Promise<OrgId> => (await readOwnRequest(home)).id;

/** The checks of a site: what it knows of itself, of the hub, and of its rules there. */
export const siteChecks: readonly Check[] = [
  directory,
  member,
  contract,
  keys,
  certificate,
  gateway,
  hub,
  witnesses,
  releases,
];
