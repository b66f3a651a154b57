import { fail } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { FederationFacts } from '../../shared/trust/directory-source.js';
import { readSigner } from '../../shared/trust/keys.js';
import { readAnchor } from '../../shared/trust/read-directory.js';
import type { RunFile } from '../home/run-file.js';
import { hubFacts } from '../hub/prepare-hub.js';
import {
  acceptVersion,
  planVersion,
  readFederation,
  signHomeDirectory,
  type SignHomeDirectoryParams,
} from '../init/home-directory.js';
import {
  type AskedChanges,
  changesAsked,
  endRootRequest,
  openAnswerTo,
  requireAsked,
} from '../root/ask-root.js';
import { rootRequestText } from '../root/root-request.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import { issueCertificate } from '../tls/site-certificate.js';
import { entriesOf, type JoinRequest, requireFreshRequest } from './join-request.js';
import { openAccount, requireRoom } from './open-account.js';
import { openWelcome, signWelcome, welcomeText } from './welcome.js';

/** What a request is judged by. */
export interface AdmissibleParams {
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
  const sign = () => signHomeDirectory(home, admission(request, params));
  const { directory, made } = await openAndList(home, request, { ...params, sign });
  const welcome = await signWelcome({ request, directory, tls, now }, await readSigner(home.rootKey));
  return { directory, made, welcome: welcomeText(welcome, directory, readAnchor(home)) };
}

/**
 * Returns the text of a request to the holder of the root key, for a hub that does not have it: what `admitMember` would sign, with the
 * keys of the request that is not answered. Changes nothing. Throws as `issueCertificate` and `planVersion` do.
 */
export async function askToAdmit(
  home: Home,
  request: JoinRequest,
  params: AdmissibleParams & Pick<AdmitParams, 'say'>,
): Promise<string> {
  const tls = await issueCertificate(home, request, params.now);
  const asked = await changesAsked(home, params.directory, params.now);
  const { before = params.directory, wanted } = await planVersion(
    home,
    admission(request, { ...params, besides: asked }),
  );
  return rootRequestText({
    before,
    wanted,
    requests: asked.requests.map(({ text }) => text),
    welcome: { request: request.digest, hub: request.hub, tls },
  });
}

/**
 * Admits a member by the answer that the holder of the root key signed. Throws as `openAnswerTo`, `openWelcome` and `openAccount` do,
 * `welcome-foreign` for an answer without a welcome, and `statement-conflict` if the directory holds anything but what this hub would
 * ask for now.
 */
export async function admitSigned(
  home: Home,
  request: JoinRequest,
  { signed, ...params }: AdmitParams & { readonly signed: Uint8Array },
): Promise<Admitted> {
  const answer = await openAnswerTo(home, signed, params.now);
  if (answer.welcome === undefined)
    throw fail('welcome-foreign', 'the answer admits no member: `root accept` takes it in');
  const welcome = welcomeText(answer.welcome, answer.directory, readAnchor(home));
  const { directory } = await openWelcome(Buffer.from(welcome), request, params.now);
  const asked = await changesAsked(home, params.directory, params.now);
  const { before, wanted } = await planVersion(home, admission(request, { ...params, besides: asked }));
  requireAsked(directory, wanted);
  const sign = () => acceptVersion(home, directory.frame, before);
  const admitted = await openAndList(home, request, { ...params, sign });
  endRootRequest(home, asked);
  return { ...admitted, welcome };
}

/** Opens the account of a member, and then lists it; takes the account away again if that fails. */
async function openAndList(
  home: Home,
  request: JoinRequest,
  { sign, ...params }: AdmitParams & { readonly sign: () => Promise<Directory> },
): Promise<Omit<Admitted, 'welcome'>> {
  const { made, takeBack } = await openAccount(home, request, params);
  const directory = await sign().catch((error: unknown) => {
    takeBack();
    throw error;
  });
  return { directory, made };
}

/** What the next version of the directory changes to list the member. */
function admission(
  request: JoinRequest,
  {
    directory: before,
    policies,
    now,
    say,
    besides: { added = [], witnesses } = {},
  }: AdmissibleParams & Pick<AdmitParams, 'say'> & { readonly besides?: Partial<AskedChanges> },
): SignHomeDirectoryParams {
  return {
    facts: factsWith(request, hubFacts(before, policies), policies),
    policies,
    now,
    say,
    joined: { org: request.id, contract: request.contract, joinRequest: request.digest },
    witnesses,
    added: [...added, ...entriesOf(request, new Date(request.iat * 1000))],
  };
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
