import { existsSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { writeWhole } from '../../shared/kernel/write-whole.js';
import {
  type Directory,
  openDirectory,
  signDirectory,
  signedVersionIn,
} from '../../shared/trust/directory.js';
import { type JudgedKeyRequest, judgeKeyRequest } from '../../shared/trust/directory/judge-key-request.js';
import { type KeyRequest, openKeyRequest } from '../../shared/trust/directory/key-request.js';
import { verifySuccession } from '../../shared/trust/directory/succession.js';
import { baseIn, sourceIn } from '../../shared/trust/directory/version-source.js';
import { type PublicJwk, publicJwk } from '../../shared/trust/jwk.js';
import { importSigner, type Signer } from '../../shared/trust/keys.js';
import { readPrivateJwk } from '../../shared/trust/secret-file.js';
import { fail } from '../../shared/kernel/errors.js';
import { withWriteErrors } from '../home/file-errors.js';
import { validFrom } from '../init/home-directory.js';
import { askedLines } from '../key/explain-request.js';
import { signWelcome } from '../org/welcome.js';
import { asksFor } from './ask-root.js';
import { explainVersion } from './explain-version.js';
import { signRootAnswer } from './root-answer.js';
import type { OpenedRootRequest } from './root-request.js';

/** The root key in the hands of its holder. */
export interface RootKey {
  readonly signer: Signer;
  readonly anchor: PublicJwk;
  /** The file of the key; beside it the number of the last version that was signed with it here. */
  readonly path: string;
}

/** A request that the holder of the root key may sign. */
export interface ExaminedRequest {
  readonly held: Directory;
  readonly asked: OpenedRootRequest;
  /** What members ask for, and what signing changes, a line each. */
  readonly changes: readonly string[];
}

/** More versions than a hub signs with its directory key until it has the answer; holders of any version accept the gap. */
const STEP = 1_000;

/** Reads the root key. Throws `config-invalid` unless the file has mode 0600, and `key-invalid` for another key. */
export async function readRootKey(path: string): Promise<RootKey> {
  const jwk = readPrivateJwk(path);
  const signer = await importSigner(jwk);
  if (signer.use !== 'root')
    throw fail('key-invalid', `key \`${jwk.kid}\` is for \`${signer.use}\`, not for \`root\``);
  return { signer, anchor: publicJwk(jwk), path };
}

/**
 * Checks that a request follows a version of this root, and that members ask for the keys that it lists as theirs. The changes are those
 * since the version that the root signed: what a directory key amended since, the root would sign for good. Throws as `openDirectory`,
 * `openKeyRequest`, `judgeKeyRequest` and `requireRequested` do.
 */
export async function examineRootRequest(
  asked: OpenedRootRequest,
  { anchor, path }: RootKey,
  now: Date,
): Promise<ExaminedRequest> {
  const held = await openDirectory(asked.previous, anchor);
  const requests = await Promise.all(
    asked.requests.map((text) => openKeyRequest(text, { directory: held, now })),
  );
  const judged = requests.map((request) => ({
    request,
    askedBy: judgeKeyRequest(request, held, now).askedBy,
  }));
  requireRequested(asked, judged);
  const changes = explainVersion(baseIn(signedVersionIn(asked.previous).directory), asked.wanted);
  return {
    held,
    asked,
    changes: [...requests.flatMap(askedLines), ...changes, ...laterVersion(held, lastSigned(path))],
  };
}

/**
 * Throws `key-invalid` for a key of a member that the version before does not list in the same way, unless a request asks for it and is by
 * the key that it names as `askedBy`: a revocation of that one must reach it. Throws `schema-invalid` for a new member without a welcome.
 */
function requireRequested(
  { previous, wanted, welcome }: OpenedRootRequest,
  judged: readonly (Pick<JudgedKeyRequest, 'askedBy'> & { readonly request: KeyRequest })[],
): void {
  const { organisations: before } = sourceIn(previous);
  for (const [id, { keys }] of Object.entries(wanted.organisations)) {
    const known = before[id]?.keys;
    if (known === undefined) {
      if (welcome === undefined)
        throw fail('schema-invalid', `root request: \`${id}\` is a new member, and no welcome is asked for`);
      continue;
    }
    const other = keys.find(
      (entry) =>
        !known.some((one) => isDeepStrictEqual(one, entry)) &&
        !judged.some(({ request, askedBy }) => asksFor(request, entry) && askedBy === entry.askedBy),
    );
    if (other !== undefined)
      throw fail(
        'key-invalid',
        `no request of \`${id}\` asks for its key \`${other.kid}\` as it would be listed`,
      );
  }
}

/** Says that a later version was signed with this key than the one that a request rests on, which may have taken something away. */
function laterVersion({ base }: Directory, last: number): readonly string[] {
  if (last <= base.version) return [];
  return [`NOT IN IT: what version ${last} changed, which this key signed after version ${base.version}`];
}

/**
 * Signs what was asked for, and returns the version with the text of the answer. The version gets a number above those that were signed
 * with this key here, and with the directory key since: two versions of one number would convict the root. Throws as `verifySuccession`
 * does.
 */
export async function signRootRequest(
  { held, asked }: ExaminedRequest,
  { signer, anchor, path }: RootKey,
  now: Date,
): Promise<{ readonly directory: Directory; readonly answer: string }> {
  const version = Math.max(held.version, lastSigned(path)) + STEP;
  const source = { ...asked.wanted, version, previous: held.digest, ...validFrom(now) };
  const directory = await openDirectory(await signDirectory(source, signer), anchor);
  await verifySuccession(held, directory);
  withWriteErrors(notePath(path), () => writeWhole(notePath(path), String(version)));
  const welcome = await signWelcomeIn(asked, { directory, now, signer });
  const answer = await signRootAnswer({ request: asked.digest, directory, ...welcome, now }, signer);
  return { directory, answer };
}

/** Signs the welcome of a request that admits a member. */
async function signWelcomeIn(
  { welcome }: OpenedRootRequest,
  { directory, now, signer }: { readonly directory: Directory; readonly now: Date; readonly signer: Signer },
): Promise<{ readonly welcome?: string }> {
  if (welcome === undefined) return {};
  const { request, hub, tls } = welcome;
  return { welcome: await signWelcome({ request: { digest: request, hub }, directory, tls, now }, signer) };
}

const notePath = (path: string): string => `${path}.signed`;

/** Throws `config-invalid` for a damaged note. */
function lastSigned(path: string): number {
  if (!existsSync(notePath(path))) return 0;
  const number = Number(readFileSync(notePath(path), 'utf8'));
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw fail(
    'config-invalid',
    `\`${notePath(path)}\` is damaged: it has the number of the last version signed with this key`,
  );
}
