import { existsSync, readdirSync } from 'node:fs';
import { newSeed } from '../../shared/bus/nkeys.js';
import { seconds } from '../../shared/kernel/clock.js';
import { encodeBase64url } from '../../shared/kernel/base64url.js';
import { fail } from '../../shared/kernel/errors.js';
import type { ReleaseFiles } from '../../shared/ledger/release/release-files.js';
import type { Home } from '../../shared/runtime/home.js';
import { describeHome, newDescription } from '../../shared/trust/home-contract.js';
import { addKnownApprovers, addMadeKeys, keysInFiles } from '../../shared/trust/directory/made-keys.js';
import type { PrivateJwk } from '../../shared/trust/jwk.js';
import { generateKey } from '../../shared/trust/keys.js';
import { CONTRACT } from '../../shared/wire/contract.js';
import { writeGatewayToken } from '../init/first-keys.js';
import { ensureFolder } from '../init/make-folder.js';
import { writeKeyOut, writeSecret, writeSecretJson } from '../init/secrets.js';
import { type ApproverKey, generateApprovers, type NamedApprover } from './approvers.js';
import { type RequestedRelease, signFirstRelease } from './first-release/first-release.js';
import { clientFolder } from '../tls/holders.js';
import { createTlsKey } from '../tls/site-certificate.js';
import {
  type JoinClaims,
  type JoinRequest,
  MEMBER_USES,
  openJoinRequest,
  signJoinRequest,
} from './join-request.js';

interface CreateSiteParams extends Pick<JoinClaims, 'id' | 'name' | 'federation' | 'hub' | 'contact'> {
  /** The files of its first release. */
  readonly rules?: ReleaseFiles | undefined;
  /** The persons who approve, each with the file of the private key. */
  readonly approvers?: readonly NamedApprover[];
  readonly now: Date;
}

/**
 * Creates the home of one organisation's site: its keys, those of its approvers outside the home, and the request to join. The
 * request is written last: after an interrupted call, the next one makes all of them anew. Throws `usage` for a folder that has
 * other files, and as `signFirstRelease` does.
 */
export async function createSite(
  home: Home,
  { now, approvers: named = [], rules, ...asked }: CreateSiteParams,
): Promise<JoinRequest> {
  requireUnused(home);
  ensureFolder(home.root);
  writeSecretJson(home.contract, newDescription({ kind: 'site' }));
  const { id } = asked;
  const keys = await Promise.all(MEMBER_USES.map((use) => generateKey(`${id}:${use}:1`)));
  for (const [index, use] of MEMBER_USES.entries()) writeSecretJson(home.org(id, `${use}.jwk`), keys[index]);
  addMadeKeys(home.org(id), keysInFiles(home.org(id)));
  const seeds = { gateway: newSeed(), tail: newSeed() };
  for (const [user, seed] of Object.entries(seeds)) writeSecret(home.org(id, `${user}.nk`), seed);
  writeGatewayToken(home, id);
  const csr = await createTlsKey(clientFolder(home.org(id)));
  const nonce = encodeBase64url(crypto.getRandomValues(new Uint8Array(16)));
  const approvers = await generateApprovers(
    id,
    named.map(({ person }) => person),
  );
  addKnownApprovers(
    home.org(id),
    approvers.map(({ key }) => key.x),
  );
  const release = rules && (await signFirst(asked, { rules, keys, approvers, now }));
  const claims = {
    ...asked,
    contract: CONTRACT,
    nonce,
    iat: seconds(now),
    csr,
    ...(release ? { release } : {}),
  };
  const text = await signJoinRequest(claims, { keys, approvers, seeds });
  const request = await openJoinRequest(Buffer.from(text));
  for (const [index, { key }] of approvers.entries()) writeKeyOut(named[index]?.path ?? '', key);
  writeSecret(home.joinRequest, text);
  return request;
}

interface SignFirstParams {
  readonly rules: ReleaseFiles;
  readonly keys: readonly PrivateJwk[];
  readonly approvers: readonly ApproverKey[];
  readonly now: Date;
}

function signFirst(
  { id, federation }: Pick<JoinClaims, 'id' | 'federation'>,
  { rules, keys, approvers, now }: SignFirstParams,
): Promise<RequestedRelease> {
  const policyKey = keys[MEMBER_USES.indexOf('policy')];
  if (policyKey === undefined) throw fail('internal', 'no key of use `policy` was made');
  const approverKeys = approvers.map(({ key }) => key);
  return signFirstRelease({ org: id, federation, files: rules, policyKey, approverKeys, now });
}

function requireUnused(home: Home): void {
  if (!existsSync(home.root) || readdirSync(home.root).length === 0) return;
  const isUnfinished =
    existsSync(home.contract) && describeHome(home).kind === 'site' && !existsSync(home.joinRequest);
  if (!isUnfinished)
    throw fail(
      'usage',
      `\`${home.root}\` is not empty: give another \`--home\` for the keys of this organisation`,
    );
}
