import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';
import { projectRoot, shippedPolicies } from '../../../services/shared/runtime/root.js';
import { freePorts } from '../../../services/cli/init/free-ports.js';
import { type Json, liaison, type Outcome, startFederation, type TestFederation } from '../federation.js';
import { LOOPBACK, type Network } from './network.js';

/** A folder for the homes of a hub and of the sites that join it, each a federation of processes of its own. */
export interface JoiningFolder {
  /** The folder of policies of the hub. */
  readonly policies: string;
  readonly home: (name: string) => Home;
  /** Between the homes. */
  readonly network: Network;
  readonly remove: () => void;
}

/** A hub that organisations join. */
type RunningHub = Pick<TestFederation, 'run' | 'cli'>;

const FEDERATION = 'rehearsal';

/**
 * Writes policies in which every two of `orgs` exchange red notices. They join in this order: two people of each earlier member
 * approved the accession of the next one.
 */
export async function joiningFolder(orgs: readonly string[], network = LOOPBACK): Promise<JoiningFolder> {
  const root = mkdtempSync(join(tmpdir(), 'liaison-join-'));
  const policies = join(root, 'policies');
  writePolicies(policies, orgs);
  for (const count of orgs.keys()) if (count > 0) await approveAccession(root, orgs.slice(0, count + 1));
  return {
    policies,
    home: (name) => homeAt(join(root, name)),
    network,
    remove: () => {
      network.remove();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function writePolicies(folder: string, orgs: readonly string[]): void {
  const write = (path: string, text: string): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  mkdirSync(folder, { recursive: true });
  cpSync(join(shippedPolicies, 'schema.cedarschema'), join(folder, 'schema.cedarschema'));
  write('federation/directory.yaml', `federation: ${FEDERATION}\nquotas: { perMinute: 60000 }\n`);
  write('federation/members.yaml', `members:\n${orgs.map(memberText).join('')}`);
  write('federation/rules.cedar', ruleText('federation-00-base', ''));
  for (const org of orgs)
    for (const layer of ['export', 'import'])
      write(
        `${org}/${layer}.cedar`,
        ruleText(`${org}-${layer}-00-red`, ' when { resource.kind == Kind::"red" }'),
      );
}

const memberText = (org: string): string =>
  `  ${org}: { name: ${org}, seat: unknown, groups: [], accreditedFor: [], agreements: [] }\n`;

const ruleText = (id: string, when: string): string =>
  `@id("${id}")\n@reason("a rule of a rehearsal")\npermit (principal, action, resource)${when};\n`;

/** Approves the accession of the last of these members, as `policy diff --member` prints it. */
async function approveAccession(root: string, orgs: readonly string[]): Promise<void> {
  const [before, after] = [join(root, 'before'), join(root, 'after')];
  writePolicies(before, orgs.slice(0, -1));
  writePolicies(after, orgs);
  const member = orgs.at(-1) ?? '';
  const diff = await liaison(homeAt(root), ['policy', 'diff', before, after, '--member', member, '--json']);
  const accession = (diff.records[0]?.['accession'] as { readonly parts?: readonly Json[] } | undefined)
    ?.parts;
  if (accession === undefined) throw new Error(diff.stderr);
  for (const { org, digest } of accession) {
    const path = join(root, 'policies', String(org), 'approvals.yaml');
    const entry = {
      accession: member,
      digest,
      approvedBy: ['A', 'B'],
      reason: 'it joins',
      until: '2999-01-31',
    };
    writeFileSync(path, `- ${JSON.stringify(entry)}\n`, { flag: 'a' });
  }
  for (const folder of [before, after]) rmSync(folder, { recursive: true });
}

/** How a hub of a rehearsal is made. */
interface HubOptions {
  readonly routers?: number;
  /** Settings of its processes. */
  readonly settings?: NodeJS.ProcessEnv;
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
  const env = { ...options.settings, LIAISON_POLICIES: policies };
  const under = network.wordsFor('hub');
  return startFederation({ home: home('hub'), verb: ['hub', 'start'], under, env });
}

export const APPROVERS = [1, 2] as const;

/** The file of the private key of an approver of a site, beside its home. */
export function approverKey({ root }: Home, number: (typeof APPROVERS)[number]): string {
  return `${root}.approver-${number}.jwk`;
}

/** Runs `org join` for an organisation; returns what it printed. */
function askToJoin({ home, network }: JoiningFolder, org: string, hub: RunningHub): Promise<Outcome> {
  const { nats } = hub.run();
  const words = ['--id', org, '--name', org, '--federation', FEDERATION, '--hub', nats, '--json'];
  const approvers = APPROVERS.flatMap((n) => [
    '--approver',
    `Approver ${n}`,
    '--approver-out',
    approverKey(home(org), n),
  ]);
  return liaison(home(org), ['org', 'join', ...words, ...approvers], { under: network.wordsFor(org) });
}

/** Joins an organisation with the words that each side read out. */
export async function admitSite(folder: JoiningFolder, org: string, hub: RunningHub): Promise<void> {
  const home = folder.home(org);
  const asked = await askToJoin(folder, org, hub);
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
export async function joinSite(folder: JoiningFolder, org: string, hub: RunningHub): Promise<TestFederation> {
  await admitSite(folder, org, hub);
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
