import { fail } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { KeyEntry } from '../../shared/trust/directory-key.js';
import {
  type Granting,
  judgeKeyRequest,
  newContract,
  revokedWith,
} from '../../shared/trust/directory/judge-key-request.js';
import type { KeyRequest } from '../../shared/trust/directory/key-request.js';
import { requireFewWitnessesReplaced } from '../../shared/trust/directory/witness-changes.js';
import { newestDirectory, signHomeDirectory } from '../init/home-directory.js';
import { newEntry } from '../init/key-entry.js';
import { askRoot } from '../root/ask-root.js';
import { keysOf } from './local-keys.js';

interface GrantParams {
  readonly now: Date;
  readonly say: (words: string) => void;
}

/**
 * Signs the next version of the directory with what a request asks for. The request must have been opened with the newest version; the
 * caller holds `lockDirectory`. Throws as `judgeKeyRequest`, `requireFewWitnessesReplaced` and `signHomeDirectory` do.
 */
export async function grantRequest(
  home: Home,
  request: KeyRequest,
  { now, say }: GrantParams,
): Promise<Directory> {
  const directory = await newestDirectory(home, say);
  const { wish } = request;
  if (wish.type === 'next') {
    const { entry, granting } = nextEntry(request, directory, now);
    const text = granting === 'automatic' ? request.text : undefined;
    return signHomeDirectory(home, { now, say, added: [entry], request: text });
  }
  judgeKeyRequest(request, directory, now);
  if (wish.type === 'revoke')
    return signHomeDirectory(home, { now, say, revoked: revokedWith(wish, keysOf(directory)) });
  if (wish.type === 'nkey') throw fail('internal', 'the directory lists no nkey');
  const spoken = { org: request.iss, contract: newContract(wish) };
  return signHomeDirectory(home, { now, say, spoken, request: request.text });
}

/**
 * Returns the text of a request to the holder of the root key to list the key that a member asks for. Changes nothing. Throws as
 * `judgeKeyRequest`, `requireFewWitnessesReplaced` and `askRoot` do.
 */
export async function askRootToGrant(
  home: Home,
  request: KeyRequest,
  { now, say }: GrantParams,
): Promise<string> {
  const { entry } = nextEntry(request, await newestDirectory(home, say), now);
  return askRoot(home, { added: [entry], request, now, say });
}

/** Returns the directory entry of the key that a request asks for, and who grants it. */
function nextEntry(
  request: KeyRequest,
  directory: Directory,
  now: Date,
): { readonly entry: KeyEntry; readonly granting: Granting } {
  const { askedBy, granting } = judgeKeyRequest(request, directory, now);
  const { wish, use, iss } = request;
  if (wish.type !== 'next') throw fail('internal', 'the request is about no key that the directory lists');
  if (use === 'witness') requireFewWitnessesReplaced(directory, iss, now);
  const { key, person } = wish;
  return { entry: newEntry(key, { notBefore: now, person, askedBy }), granting };
}
