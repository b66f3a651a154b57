import { existsSync } from 'node:fs';
import { errorFrom, fail } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import type { Directory } from '../../shared/trust/directory.js';
import { type Granting, judgeKeyRequest } from '../../shared/trust/directory/judge-key-request.js';
import { askedKid } from '../../shared/trust/directory/key-request-claims.js';
import { type KeyRequest, openKeyRequest } from '../../shared/trust/directory/key-request.js';
import { MAX_KEY_REQUEST_BYTES } from '../../shared/wire/frame-limits.js';
import { readGivenFile } from '../home/read-given-file.js';
import { grantingAt } from '../key/grant-nkey.js';
import { pendingRequestsOf } from '../key/local-keys.js';
import { readRootRequest } from '../root/ask-root.js';
import { suggestedCommand } from '../terminal/suggested-command.js';

/**
 * A request that waits: `granting` is `root` for one that a person approved and that the holder of the root key is asked to list, and null,
 * while `code` says why, for one that is not allowed any more.
 */
export interface WaitingRequest {
  readonly request: KeyRequest;
  readonly granting: Granting | 'root' | null;
  readonly code: string | null;
}

/** Returns the requests that the routers of a hub keep, and those that its root is asked about. */
export async function waitingRequests(home: Home, directory: Directory): Promise<readonly WaitingRequest[]> {
  const now = new Date();
  const asked = readRootRequest(home)?.requests ?? [];
  const opened = [...new Set([...pendingRequestsOf(home).list(), ...asked])]
    // One that cannot be opened any more is removed by the process that answers requests.
    .map((text) => openKeyRequest(text, { directory, now }).catch(() => undefined));
  return (await Promise.all(opened)).flatMap((request) =>
    request === undefined ? [] : [{ request, ...judge(home, request, { directory, now, asked }) }],
  );
}

interface JudgeParams {
  readonly directory: Directory;
  readonly now: Date;
  /** The texts of the requests that the root is asked about. */
  readonly asked: readonly string[];
}

function judge(
  home: Home,
  request: KeyRequest,
  { directory, now, asked }: JudgeParams,
): Omit<WaitingRequest, 'request'> {
  try {
    const judged = judgeKeyRequest(request, directory, now);
    const granting = asked.includes(request.text) ? 'root' : grantingAt(home, request, judged);
    return { granting, code: null };
  } catch (thrown) {
    return { granting: null, code: errorFrom(thrown).code };
  }
}

/** A request that a person named. */
interface NamedRequest {
  readonly text: string;
  readonly isFile: boolean;
}

/** Finds a request that waits, by the key that it is about, or in a file. Throws `usage`. */
export async function findRequest(home: Home, directory: Directory, named: string): Promise<NamedRequest> {
  const waiting = await waitingRequests(home, directory);
  const found = waiting.find(({ request }) => askedKid(request) === named);
  if (found !== undefined) return { text: found.request.text, isFile: false };
  if (existsSync(named))
    return { text: readGivenFile(named, MAX_KEY_REQUEST_BYTES).toString().trim(), isFile: true };
  throw fail(
    'usage',
    `no request about \`${named}\` waits, and there is no such file: \`${suggestedCommand('org keys')}\``,
  );
}
