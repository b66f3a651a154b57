import { rmSync } from 'node:fs';
import { accountsOf, MEMBER_USERS } from '../../shared/bus/accounts.js';
import { errorFrom, fail, LiaisonError } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { pause } from '../../shared/kernel/pause.js';
import type { Home } from '../../shared/runtime/home.js';
import { provisionedNames } from '../home/missing-streams.js';
import type { RunFile } from '../home/run-file.js';
import { hubSize, writeHubBroker, writeHubNkeys } from '../init/hub-broker.js';
import { provisionHome } from '../init/provision-home.js';
import { writeSecret } from '../init/secrets.js';
import { memberNkeysPath, seedPath } from '../init/seed-path.js';
import { grantedFile } from '../key/grant-nkey.js';
import { findServer } from '../up/nats-process.js';
import type { JoinRequest } from './join-request.js';
import { checkConfiguration, reload } from './reload-broker.js';

interface OpenAccountDeps {
  readonly run: RunFile;
  readonly env: NodeJS.ProcessEnv;
  readonly say: (words: string) => void;
}

/** An account that was opened. */
interface OpenedAccount {
  /** Names of the streams and consumers that were created in it. */
  readonly made: readonly string[];
  /** Removes the account, and reloads the broker. */
  readonly takeBack: () => void;
}

/** Throws `full` when the broker of this hub has no room for `org`. An account that `org` already has counts once. */
export function requireRoom(home: Home, org: OrgId): void {
  const { members = 0, orgs } = hubSize(home);
  if (new Set([...orgs, org]).size <= members) return;
  throw fail(
    'full',
    `this hub was made for ${members} members (\`init hub --members\`), and that number cannot be raised`,
  );
}

/**
 * Opens the account of a new member at the running broker: its file, a reload that disconnects no client, and its streams.
 * Removes the account again unless the broker created all of them. Throws `config-invalid` for a configuration that the
 * broker refuses, and the errors of `provisionHome`.
 */
export async function openAccount(
  home: Home,
  request: JoinRequest,
  deps: OpenAccountDeps,
): Promise<OpenedAccount> {
  const { run, env, say } = deps;
  const undo = [removeNkeys(home, request.id)];
  const takeBack = (): void => {
    for (const step of undo.toReversed()) step();
    reload(run);
  };
  try {
    writeNkeys(home, request);
    undo.push(writeHubBroker(home));
    await checkConfiguration(home, await findServer(env, say));
    reload(run);
    return { made: await provisionSoon(home, deps), takeBack };
  } catch (error) {
    takeBack();
    const { code, message } = errorFrom(error);
    const words = `the account of \`${request.id}\` was taken away again: ${message}`;
    throw new LiaisonError(code, words, { cause: error });
  }
}

/** Writes the public nkeys of the member, and creates the nkeys by which the hub uses its account. */
function writeNkeys(home: Home, { id, nkeys }: JoinRequest): void {
  for (const user of MEMBER_USERS) writeSecret(memberNkeysPath(home, { org: id, user }), nkeys[user]);
  const size = hubSize(home);
  writeHubNkeys(home, { ...size, orgs: [...size.orgs, id] });
}

/**
 * Returns a function that removes the nkeys of a member's account. The provisioning key goes first: `hubSize` counts an account only
 * while that key exists.
 */
export function removeNkeys(home: Home, org: OrgId): () => void {
  const own = accountsOf([org], hubSize(home)).find(({ name }) => name === org)?.users ?? [];
  const files = [
    seedPath(home, org, { role: 'provision' }),
    ...MEMBER_USERS.flatMap((user) => [
      memberNkeysPath(home, { org, user }),
      grantedFile(home, { org, user }),
    ]),
    ...own.filter(({ role }) => role === 'router').map((user) => seedPath(home, org, user)),
  ];
  return () => {
    for (const path of files) rmSync(path, { force: true });
  };
}

const RELOAD_TIMEOUT_MS = 10_000;
const TRY_EVERY_MS = 250;

/**
 * Creates the streams of the new account, which the broker knows only once it has reloaded; returns what all attempts together
 * created.
 */
async function provisionSoon(home: Home, { run, say }: OpenAccountDeps): Promise<readonly string[]> {
  const before = new Set(provisionedNames(home));
  for (const end = Date.now() + RELOAD_TIMEOUT_MS; ; ) {
    try {
      await provisionHome(home, { run, say });
      return provisionedNames(home).filter((name) => !before.has(name));
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await pause(TRY_EVERY_MS);
  }
}
