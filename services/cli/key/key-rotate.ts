import { existsSync } from 'node:fs';
import { fail } from '../../shared/kernel/errors.js';
import { nearestOrAll } from '../../shared/kernel/nearest.js';
import type { Home } from '../../shared/runtime/home.js';
import type { Directory } from '../../shared/trust/directory.js';
import { publicJwk } from '../../shared/trust/jwk.js';
import { generateKey } from '../../shared/trust/keys.js';
import { addKnownApprovers, addMadeKeys } from '../../shared/trust/directory/made-keys.js';
import { parseOrgId } from '../../shared/kernel/ids.js';
import { requireFewWitnessesReplaced } from '../../shared/trust/directory/witness-changes.js';
import { nextKeyOf } from '../../shared/trust/signers/own-signer.js';
import { readDirectory } from '../../shared/trust/read-directory.js';
import { newestDirectory, signHomeDirectory } from '../init/home-directory.js';
import { newEntry } from '../init/key-entry.js';
import type { KeyFile } from '../init/key-files.js';
import { writeSecretJson } from '../init/secrets.js';
import { requireRoot } from '../init/sign-version.js';
import { EXIT } from '../terminal/exit-codes.js';
import { parseNumber } from '../terminal/parse-options.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import { lockDirectory } from '../up/lock.js';
import type { Verb } from '../verb.js';
import { describeHome } from '../../shared/trust/home-contract.js';
import { type RootRequestOptions, withRootRequest } from '../root/write-root-request.js';
import { askToRotate, isForRoot } from './ask-to-rotate.js';
import { changeOver, type Rotated } from './change-over.js';
import { rotateAtSite } from './rotate-at-site.js';
import { rotateNkey } from './rotate-nkey.js';
import { type ApproverKeyOptions, isNkeyUse, withNextKey } from './site-asking.js';
import { NO_SITE, refuseOptions } from './refuse-options.js';
import { keyFilesFor, kidInFile, listedNext, nextKid, notInThisHome } from './local-keys.js';

interface RotateOptions extends ApproverKeyOptions, RootRequestOptions {
  readonly signedBy?: readonly string[];
  readonly router?: number;
  readonly approver?: number;
}

export const verb: Verb<RotateOptions> = {
  configure: (command) =>
    withRootRequest(withNextKey(command))
      .argument('<owner>', 'an organisation, or `hub`')
      .argument(
        '<use>',
        'for an organisation: notice, receipt, policy, witness, approver, at a site also nkey, tail; for the hub: hub, audit, log, operator, directory',
      )
      .option('--router <n>', 'for `hub hub`: the router, as each has its own key', parseNumber(1, 99))
      .option(
        '--approver <n>',
        'in a demonstration, for `approver`: which of them, as each has a key',
        parseNumber(1, 2),
      ),
  examples: [
    [
      'key rotate europol notice',
      'creates the next key that europol signs notices with; the old one stays valid',
    ],
    [
      'key rotate caricompol policy --signed-by anna.jwk',
      'at a site: asks the hub for the next key; for a policy key an approver signs too',
    ],
    [
      'key rotate caricompol nkey',
      'at a site: the nkey with which its gateway logs in to the broker; `tail` for that of `liaison tail`',
    ],
    ['key rotate hub hub --router 2', 'the key of the second router'],
    [
      'key rotate hub audit',
      'the key of the auditor; `hub operator` is the key of the person who signs commands here',
    ],
  ],
  run: async ({ args: [owner = '', use = ''], options, home, output, stopping }) => {
    const { router, approver, rootRequest, ...asking } = options;
    const isSite = describeHome(home).kind === 'site';
    if (isSite || use !== 'approver')
      refuseOptions({ '--approver': approver }, `for \`${use}\` in this home`);
    if (isSite || use !== 'hub') refuseOptions({ '--router': router }, `for \`${use}\` in this home`);
    const params = { ...asking, owner, output, stopping };
    if (isSite && isNkeyUse(use)) return rotateNkey(home, { ...params, use });
    if (isSite) return rotateAtSite(home, { ...params, use });
    const { signedBy, person, keyOut } = asking;
    refuseOptions({ '--signed-by': signedBy, '--person': person, '--key-out': keyOut }, NO_SITE);
    const directory = await readDirectory(home);
    const files = keyFilesFor(home, directory);
    const file = findKeyFile(files, { owner, use, number: approver ?? router ?? 1 });
    const now = new Date();
    if (isForRoot(home, file, directory)) return askToRotate(home, file, { now, rootRequest, output });
    const rotated = await rotateKey(home, file, { now, stopping, say: output.note });
    output.show(shown(rotated), () => words(rotated));
    return EXIT.yes;
  },
};

function findKeyFile(
  files: readonly KeyFile[],
  { owner, use, number }: { readonly owner: string; readonly use: string; readonly number: number },
): KeyFile {
  const owned = files.filter((file) => file.owner === owner);
  const owners = [...new Set(files.map((file) => file.owner))];
  if (owned.length === 0)
    throw fail('organisation-unknown', `\`${owner}\` has no keys${nearestOrAll(owner, owners)}`);
  const ofUse = owned.filter((file) => file.use === use);
  const uses = [...new Set(owned.map((file) => file.use))];
  if (ofUse.length === 0)
    throw fail('usage', `\`${owner}\` has no key for \`${use}\`${nearestOrAll(use, uses)}`);
  const found = ofUse.find((file) => (file.number ?? 1) === number);
  if (found === undefined)
    throw fail('usage', `there is no \`${use}\` key number ${number}: there are ${ofUse.length}`, [
      { path: use === 'approver' ? '--approver' : '--router', message: `there are ${ofUse.length}` },
    ]);
  return found;
}

function shown({ replaced, ...rotated }: Rotated): object {
  return { ...rotated, replaced: replaced?.kid ?? null, replacedUntil: replaced?.notAfter ?? null };
}

function words({ kid, signsFrom, replaced, version }: Rotated): string {
  const first = `${kid} signs from ${signsFrom.toISOString().slice(0, 19)}Z on, by version ${version} of the directory; running processes switch to it`;
  if (replaced === undefined || replaced.revokedAt !== undefined) return first;
  const until = replaced.notAfter.toISOString().slice(0, 10);
  return `${first}\n${replaced.kid} stays valid until ${until}; once everything it signed is delivered: ${suggestedCommand(`key revoke ${replaced.kid}`)}`;
}

interface RotateKeyParams {
  readonly now: Date;
  readonly stopping: AbortSignal;
  readonly say: (words: string) => void;
}

/**
 * Rotates a key: creates the next one beside it, lists it in the next directory, waits until every process knows that
 * directory, and replaces the key file; running processes switch to the new key. If the call is killed at any point, the old key
 * stays valid, and the next call completes the rotation, unless a gateway completed it meanwhile. Throws `forbidden` without the
 * current private key, and without the root key where it would list a key, and `busy` while another process signs.
 */
export async function rotateKey(home: Home, file: KeyFile, params: RotateKeyParams): Promise<Rotated> {
  if (!existsSync(nextKeyOf(file.path))) requireRoot(home);
  if (kidInFile(file.path) === undefined) throw notInThisHome(file);
  const directory = await listNext(home, file, params);
  const listedAt = listedNext(file, directory)?.notBefore ?? params.now;
  return changeOver(file, { ...params, directory, listedAt });
}

/** Notes a key before it is listed: the gateway raises an alarm for one that its home does not know. */
function noteOwn(folder: string, use: KeyFile['use'], x: string): void {
  if (use === 'approver') addKnownApprovers(folder, [x]);
  else addMadeKeys(folder, [x]);
}

/** Creates the next key and lists it, or returns the directory that lists one; replaces a key that was written but not listed. */
async function listNext(home: Home, file: KeyFile, params: RotateKeyParams): Promise<Directory> {
  const { now, say } = params;
  const path = nextKeyOf(file.path);
  const lock = lockDirectory(home);
  try {
    const directory = await newestDirectory(home);
    const begun = listedNext(file, directory);
    if (begun !== undefined) {
      say(`\`${begun.kid}\` was listed by an earlier call: completing that rotation`);
      return directory;
    }
    requireRoot(home);
    if (file.use === 'witness') requireFewWitnessesReplaced(directory, parseOrgId(file.owner), now);
    const key = await generateKey(nextKid(file, directory));
    writeSecretJson(path, key);
    if (file.owner !== 'hub') noteOwn(home.org(parseOrgId(file.owner)), file.use, key.x);
    const person = directory.key(kidInFile(file.path) ?? '')?.person;
    const added = [newEntry(publicJwk(key), { notBefore: now, person })];
    return await signHomeDirectory(home, { now, say, added });
  } finally {
    lock.release();
  }
}
