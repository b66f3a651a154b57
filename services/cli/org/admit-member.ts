import { fail } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { KeyEntry } from '../../shared/trust/directory-key.js';
import type { FederationFacts } from '../../shared/trust/directory-source.js';
import { readSigner } from '../../shared/trust/keys.js';
import { readAnchor } from '../../shared/trust/read-directory.js';
import type { RunFile } from '../home/run-file.js';
import { hubFacts } from '../hub/prepare-hub.js';
import { readFederation, signHomeDirectory } from '../init/home-directory.js';
import { newEntry } from '../init/key-entry.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import { issueCertificate } from '../tls/site-certificate.js';
import { type JoinRequest, requireFreshRequest } from './join-request.js';
import { openAccount, requireRoom } from './open-account.js';
import { signWelcome } from './welcome.js';

interface AdmissibleParams {
  /** The newest directory. */
  readonly directory: Directory;
  /** The folder of policies, which must name the member. */
  readonly policies: string;
  readonly now: Date;
}

/**
 * Checks a request against the hub, before anything is changed. Throws `request-used`, `id-taken`, `audience-mismatch` for another
 * federation, `contract-unknown` for a gateway older than the contract of the hub, the errors of `requireFreshRequest`,
 * `organisation-unknown` for a member that the policies do not name, and `full`.
 */
export function requireAdmissible(
  home: Home,
  request: JoinRequest,
  { directory, policies, now }: AdmissibleParams,
): void {
  const { federation, hub, organisations } = directory;
  if ([...organisations.values()].some(({ joinRequest }) => joinRequest === request.digest))
    throw fail(
      'request-used',
      'an organisation was already admitted by this request: a request can be used once',
    );
  if (organisations.has(request.id)) throw fail('id-taken', `\`${request.id}\` is a member already`);
  if (request.federation !== federation)
    throw fail('audience-mismatch', `the request is for the federation \`${request.federation}\``);
  if (request.contract < hub.contract)
    throw fail(
      'contract-unknown',
      `the gateway speaks contract ${request.contract}, and the hub writes ${hub.contract}: update the site`,
    );
  requireFreshRequest(request, now);
  if (!Object.hasOwn(readFederation(policies).organisations, request.id))
    throw fail(
      'organisation-unknown',
      `\`${policies}\` does not name \`${request.id}\`: \`${suggestedCommand(`policy member add ${request.id}`)}\` ` +
        'adds it, with rules that permit no exchange yet',
    );
  requireRoom(home, request.id);
}

interface AdmitParams extends AdmissibleParams {
  readonly run: RunFile;
  readonly env: NodeJS.ProcessEnv;
  readonly say: (words: string) => void;
}

/** A member that was admitted. */
interface Admitted {
  readonly directory: Directory;
  /** Names of the streams and consumers that were created in its account. */
  readonly made: readonly string[];
  /** The text of `welcome.json`. */
  readonly welcome: string;
}

/**
 * Admits a member: opens its account, and then signs the next version of the directory with its keys, and the welcome. If the
 * directory cannot be signed, the account is taken away again. The caller holds `lockDirectory`. Throws the errors of
 * `issueCertificate`, `openAccount` and `signHomeDirectory`.
 */
export async function admitMember(home: Home, request: JoinRequest, params: AdmitParams): Promise<Admitted> {
  const { now } = params;
  // First: it changes nothing, and fails for a request that the TLS key did not sign.
  const tls = await issueCertificate(home, request, now);
  const { made, takeBack } = await openAccount(home, request, params);
  const directory = await signWith(home, request, params).catch((error: unknown) => {
    takeBack();
    throw error;
  });
  const root = readAnchor(home);
  const welcome = await signWelcome({ request, directory, tls, root, now }, await readSigner(home.rootKey));
  return { directory, made, welcome };
}

function signWith(
  home: Home,
  request: JoinRequest,
  { directory: before, policies, now, say }: AdmitParams,
): Promise<Directory> {
  return signHomeDirectory(home, {
    facts: factsWith(request, hubFacts(before, policies), policies),
    policies,
    now,
    say,
    joined: { org: request.id, contract: request.contract, joinRequest: request.digest },
    added: entriesOf(request, new Date(request.iat * 1000)),
  });
}

/** Returns the directory entries of the keys of a request, those of its approvers with their persons. */
export function entriesOf({ keys, approvers }: JoinRequest, notBefore: Date): readonly KeyEntry[] {
  return [
    ...keys.map((key) => newEntry(key, { notBefore })),
    ...approvers.map(({ person, key }) => newEntry(key, { notBefore, person })),
  ];
}

/** Returns the facts of all members, with those of the new one from the policies and the contact from its request. */
function factsWith(
  { id, contact }: JoinRequest,
  { federation, organisations }: FederationFacts,
  policies: string,
): FederationFacts {
  const { [id]: facts } = readFederation(policies).organisations;
  if (facts === undefined) throw fail('organisation-unknown', `\`${policies}\` does not name \`${id}\``);
  const own = { ...facts, ...(contact === undefined ? {} : { contact }) };
  return { federation, organisations: { ...organisations, [id]: own } };
}
