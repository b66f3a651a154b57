import { fail } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import type { Directory } from '../../shared/trust/directory.js';
import { judgeKeyRequest, newContract, revokedWith } from '../../shared/trust/directory/judge-key-request.js';
import type { KeyRequest } from '../../shared/trust/directory/key-request.js';
import { requireFewWitnessesReplaced } from '../../shared/trust/directory/witness-changes.js';
import { newestDirectory, signHomeDirectory } from '../init/home-directory.js';
import { newEntry } from '../init/key-entry.js';
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
  const { askedBy, granting } = judgeKeyRequest(request, directory, now);
  const { wish } = request;
  if (wish.type === 'revoke')
    return signHomeDirectory(home, { now, say, revoked: revokedWith(wish, keysOf(directory)) });
  if (wish.type === 'nkey') throw fail('internal', 'the directory lists no nkey');
  if (wish.type === 'contract') {
    const spoken = { org: request.iss, contract: newContract(wish) };
    return signHomeDirectory(home, { now, say, spoken, request: request.text });
  }
  if (request.use === 'witness') requireFewWitnessesReplaced(directory, request.iss, now);
  const { key, person } = wish;
  const added = [newEntry(key, { notBefore: now, person, askedBy })];
  const text = granting === 'automatic' ? request.text : undefined;
  return signHomeDirectory(home, { now, say, added, request: text });
}
