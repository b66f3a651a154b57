import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { freePorts } from '../../../services/cli/init/free-ports.js';
import { liaison, type Outcome, startFederation, type TestFederation } from '../federation.js';
import { LOOPBACK, type Network } from './network.js';
import { FEDERATION, writeFederation, writeRules } from './rehearsal-policies.js';

/** A folder for the homes of a hub and of the sites that join it, each a federation of processes of its own. */
export interface JoiningFolder {
  /** The folder of policies of the hub: those of the federation. */
  readonly policies: string;
  /** The folder of the rules of an organisation, which its request brings to the hub. */
  readonly rules: (org: string) => string;
  readonly home: (name: string) => Home;
  /** Between the homes. */
  readonly network: Network;
  readonly remove: () => void;
}

/** A hub that organisations join. */
type RunningHub = Pick<TestFederation, 'run' | 'cli'>;

/**
 * Writes the policies of a federation that names `orgs`, and for each of these its own rules: every two of them exchange red
 * notices.
 */
export function joiningFolder(orgs: readonly string[], network = LOOPBACK): JoiningFolder {
  const root = mkdtempSync(join(tmpdir(), 'liaison-join-'));
  const policies = join(root, 'policies');
  const rules = (org: string): string => join(root, `${org}.rules`);
  writeFederation(policies, orgs);
  for (const org of orgs) writeRules(rules(org), org);
  return {
    policies,
    rules,
    home: (name) => homeAt(join(root, name)),
    network,
    remove: () => {
      network.remove();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** How a hub of a rehearsal is made. */
interface HubOptions {
  readonly routers?: number;
}

/** Makes the home of the hub of a folder, whose broker listens at the address of that home. */
export async function makeHub(
  { home, policies, network }: JoiningFolder,
  { routers = 1 }: HubOptions = {},
): Promise<void> {
  const [port] = await freePorts(1);
  const words = ['--listen', `${network.addressOf('hub')}:${port}`, '--routers', String(routers)];
  const options = { under: network.wordsFor('hub'), env: { LIAISON_POLICIES: policies } };
  const made = await liaison(home('hub'), ['init', 'hub', ...words], options);
  if (made.code !== 0) throw new Error(made.stderr);
}

/** Makes and starts the hub of a folder. */
export async function startHub(folder: JoiningFolder, options: HubOptions = {}): Promise<TestFederation> {
  await makeHub(folder, options);
  const { home, policies, network } = folder;
  const env = { LIAISON_POLICIES: policies };
  const under = network.wordsFor('hub');
  return startFederation({ home: home('hub'), verb: ['hub', 'start'], under, env });
}

export const APPROVERS = [1, 2] as const;

/** The file of the private key of an approver of a site, beside its home. */
export function approverKey({ root }: Home, number: (typeof APPROVERS)[number]): string {
  return `${root}.approver-${number}.jwk`;
}

/** How an organisation joins. */
interface JoinOptions {
  /** False for a request without its rules. */
  readonly hasRules?: boolean;
}

/** Runs `org join` for an organisation; returns what it printed. */
function askToJoin(
  { home, network, rules }: JoiningFolder,
  org: string,
  { hub, hasRules = true }: JoinOptions & { readonly hub: RunningHub },
): Promise<Outcome> {
  const { nats } = hub.run();
  const first = hasRules ? ['--rules', rules(org)] : [];
  const words = ['--id', org, '--name', org, '--federation', FEDERATION, '--hub', nats, ...first, '--json'];
  const approvers = APPROVERS.flatMap((n) => [
    '--approver',
    `Approver ${n}`,
    '--approver-out',
    approverKey(home(org), n),
  ]);
  return liaison(home(org), ['org', 'join', ...words, ...approvers], { under: network.wordsFor(org) });
}

/** Joins an organisation with the words that each side read out. */
export async function admitSite(
  folder: JoiningFolder,
  org: string,
  { hub, ...options }: JoinOptions & { readonly hub: RunningHub },
): Promise<void> {
  const home = folder.home(org);
  const asked = await askToJoin(folder, org, { hub, ...options });
  const welcome = `${home.root}.welcome.json`;
  const words = String(asked.records[0]?.['words']);
  const admitted = await hub.cli('org', 'admit', home.joinRequest, '--words', words, '--out', welcome);
  if (admitted.code !== 0) throw new Error(admitted.stderr);
  const spoken = /this hub's words: ([a-z ]+?) {2}/.exec(admitted.stderr)?.[1] ?? '';
  const under = folder.network.wordsFor(org);
  const accepted = await liaison(home, ['org', 'accept', welcome, '--words', spoken], { under });
  if (accepted.code !== 0) throw new Error(accepted.stderr);
}

/** Joins an organisation, and starts its site. */
export async function joinSite(
  folder: JoiningFolder,
  org: string,
  joining: JoinOptions & { readonly hub: RunningHub },
): Promise<TestFederation> {
  await admitSite(folder, org, joining);
  const under = folder.network.wordsFor(org);
  return startFederation({ home: folder.home(org), verb: ['site', 'start'], under });
}

/** What was submitted to a gateway, and what became of it. */
interface Submitted {
  readonly accepted: readonly { readonly id: string; readonly at: number }[];
  /** Answers other than 202. */
  readonly failures: readonly string[];
  /** Notices that a recipient did not sign within two minutes. */
  readonly unsettled: number;
}

const SUBMIT_NOTICES = join(projectRoot, 'test/support/processes/submit-notices.mjs');

/** Submits a draft at a site, so many times a second, until the returned function is called, which waits for every receipt. */
export function submitAtRate(
  { home, network }: JoiningFolder,
  site: TestFederation,
  { org, draft, rate }: { readonly org: string; readonly draft: string; readonly rate: number },
): () => Promise<Submitted> {
  const given = [site.run().gateways[org] ?? '', home(org).org(parseOrgId(org), 'token'), draft, `${rate}`];
  const [command = '', ...words] = [...network.wordsFor(org), process.execPath, SUBMIT_NOTICES, ...given];
  const child = spawn(command, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return async () => {
    child.stdin.end();
    await ended;
    return JSON.parse(text) as Submitted;
  };
}

/** Every private key, seed and token of a site and its approvers, as their files hold them. */
export function secretsOf(home: Home, org: string): readonly string[] {
  const read = (name: string): string => readFileSync(join(home.root, 'orgs', org, name), 'utf8').trim();
  const files = ['notice', 'receipt', 'policy', 'witness'].map((use) =>
    home.org(parseOrgId(org), `${use}.jwk`),
  );
  const keys = [...files, ...APPROVERS.map((n) => approverKey(home, n))].map(
    (path) => (JSON.parse(readFileSync(path, 'utf8')) as { readonly d: string }).d,
  );
  // The first line of the base64 of a PEM file.
  const [, first = ''] = read('tls/key.pem').split('\n');
  return [...keys, first, read('gateway.nk'), read('tail.nk'), read('token')];
}
