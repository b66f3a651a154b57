import { existsSync } from 'node:fs';
import { Argument } from 'commander';
import { fail, isCode } from '../../shared/kernel/errors.js';
import { parseOrgId } from '../../shared/kernel/ids.js';
import { judgeKeyRequest } from '../../shared/trust/directory/judge-key-request.js';
import { askedKid, nkeyUserOf } from '../../shared/trust/directory/key-request-claims.js';
import { type KeyRequest, openKeyRequest } from '../../shared/trust/directory/key-request.js';
import { newestDirectory } from '../init/home-directory.js';
import { askedLines, keyRequestWords } from '../key/explain-request.js';
import { lockedOutOf, lockOutMember } from '../key/member-nkeys.js';
import { grantNkey } from '../key/grant-nkey.js';
import { askRootToGrant, grantRequest } from '../key/grant-request.js';
import { pendingRequestsOf } from '../key/local-keys.js';
import { voidRootRequest } from '../root/ask-root.js';
import { type RootRequestOptions, withRootRequest, writeRootRequest } from '../root/write-root-request.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import { timeText } from '../terminal/time-text.js';
import { lockDirectory } from '../up/lock.js';
import type { Call, Verb } from '../verb.js';
import { confirmWords } from './confirm-words.js';
import { appendMemberLog } from './member-log.js';
import { findRequest, type WaitingRequest, waitingRequests } from './waiting-requests.js';

interface KeysOptions extends RootRequestOptions {
  readonly words?: string;
  readonly yes?: boolean;
}

export const verb: Verb<KeysOptions> = {
  configure: (command) =>
    withRootRequest(command)
      .addArgument(new Argument('[action]', 'what to do').choices(['list', 'approve', 'refuse', 'lock-out']))
      .argument(
        '[request]',
        'the id of the key that it is about, or the file that `key request` wrote; for `lock-out` the organisation',
      )
      .option('--words <words>', 'the eight words that a person at the organisation read out')
      .option('--yes', 'grant it without comparing words'),
  examples: [
    [
      'org keys',
      'what organisations asked for about their keys and the hub has not answered, and who is locked out',
    ],
    [
      'org keys approve caricompol:policy:2',
      'shows what the organisation asks for, and asks for the words that are read out there',
    ],
    ['org keys approve key-request.json', 'the same for a request that came as a file'],
    ['org keys refuse caricompol:policy:2', 'removes the request; nothing else changes'],
    [
      'org keys lock-out caricompol',
      'after the theft of its nkeys: the broker closes its connections; `org keys approve` admits its gateway and its tail again',
    ],
  ],
  run: (call) => {
    const [action = 'list', named = ''] = call.args;
    if (action !== 'list' && named === '')
      throw fail('usage', `\`${action}\` needs ${NEEDED[action] ?? 'a request: `org keys` lists them'}`);
    if (action === 'lock-out') return lockOut(call, named);
    if (action === 'refuse') return refuse(call, named);
    return action === 'approve' ? approve(call, named) : list(call);
  },
};

const NEEDED: Readonly<Record<string, string>> = { 'lock-out': 'an organisation' };

async function list({ home, output }: Call<KeysOptions>): Promise<ExitCode> {
  const directory = await newestDirectory(home, output.note);
  const waiting = await waitingRequests(home, directory);
  for (const { request, granting, code } of waiting) {
    const { iss: org, wish, digest } = request;
    const shown = { org, wish, digest, words: keyRequestWords(request), granting, code };
    if (output.json) output.record(shown);
    else output.print([...askedLines(request), stateText(granting, code), ''].join('\n'));
  }
  const locked = lockedOutOf(home, [...directory.organisations.keys()]);
  for (const { org, user, since } of locked) {
    if (output.json) output.record({ org, user, lockedOut: since });
    else output.print(`the ${user} of \`${org}\` has been locked out since ${timeText(since)}`);
  }
  if (waiting.length + locked.length === 0 && !output.json) output.print('no request waits');
  return EXIT.yes;
}

function stateText(granting: WaitingRequest['granting'], code: string | null): string {
  if (code !== null) return `not allowed any more: ${code}`;
  if (granting === 'root') return 'waits for the holder of the root key: `root accept` takes the answer';
  return granting === 'automatic' ? 'the hub answers it by itself' : 'waits for a person: `org keys approve`';
}

async function approve(call: Call<KeysOptions>, named: string): Promise<ExitCode> {
  const { home, output, options, stopping } = call;
  const lock = lockDirectory(home);
  try {
    const [directory, now] = [await newestDirectory(home, output.note), new Date()];
    const { text, isFile } = await findRequest(home, directory, named);
    const request = await openKeyRequest(text, { directory, now });
    judgeKeyRequest(request, directory, now);
    for (const line of askedLines(request)) output.note(line);
    const asking = { words: keyRequestWords(request), given: options.words, yes: options.yes === true };
    const reader = `a person at \`${request.iss}\``;
    if (!(await confirmWords({ ...asking, reader, output, stopping }))) return EXIT.no;
    const { iss: org, wish } = request;
    const version = await grant(call, request, now);
    const code = version === undefined ? await askRoot(call, request, now) : EXIT.yes;
    const reason = isFile ? `${askedKid(request)}, by a file` : askedKid(request);
    appendMemberLog(home, { at: now.toISOString(), org, verb: 'approve', reason, version: version ?? null });
    if (version === undefined) return code;
    pendingRequestsOf(home).remove(text);
    output.show({ org, wish, version }, () =>
      wish.type === 'nkey'
        ? `the ${nkeyUserOf(wish)} of \`${org}\` may log in with its next nkey`
        : `granted by version ${version} of the directory`,
    );
    return code;
  } finally {
    lock.release();
  }
}

/**
 * Grants a request; resolves to the version of the directory that does, null for an nkey, undefined for a key that only the holder of the
 * root key can list, in another place: at a hub, which has a directory key.
 */
async function grant(
  { home, env, output: { note: say } }: Call<KeysOptions>,
  request: KeyRequest,
  now: Date,
): Promise<number | null | undefined> {
  if (request.wish.type === 'nkey') {
    await grantNkey(home, request, { env, say });
    return null;
  }
  try {
    return (await grantRequest(home, request, { now, say })).version;
  } catch (error) {
    const isForRoot = request.wish.type === 'next' && isCode(error, 'forbidden');
    if (isForRoot && existsSync(home.directoryKey)) return undefined;
    throw error;
  }
}

/** Writes the request to the holder of the root key to list the key that a member asks for. */
async function askRoot(
  { home, options, output }: Call<KeysOptions>,
  request: KeyRequest,
  now: Date,
): Promise<ExitCode> {
  const text = await askRootToGrant(home, request, { now, say: output.note });
  return writeRootRequest(home, text, { ...options, output });
}

async function lockOut({ home, env, output }: Call<KeysOptions>, named: string): Promise<ExitCode> {
  const org = parseOrgId(named);
  const lock = lockDirectory(home);
  try {
    const onLockedOut = (): void => {
      const at = new Date().toISOString();
      const reason = 'the nkeys of its gateway and its tail';
      appendMemberLog(home, { at, org, verb: 'lock-out', reason, version: null });
    };
    const nkeys = await lockOutMember(home, org, { env, say: output.note, onLockedOut });
    output.show(
      { org, nkeys },
      () =>
        `the broker refuses the gateway and the tail of \`${org}\`: \`${suggestedCommand('org keys approve')}\` admits the next nkey of each`,
    );
    return EXIT.yes;
  } finally {
    lock.release();
  }
}

async function refuse({ home, output }: Call<KeysOptions>, named: string): Promise<ExitCode> {
  const lock = lockDirectory(home);
  try {
    const waiting = await waitingRequests(home, await newestDirectory(home, output.note));
    const found = waiting.find(({ request }) => askedKid(request) === named);
    if (found === undefined) throw fail('usage', `no request about \`${named}\` waits`);
    pendingRequestsOf(home).remove(found.request.text);
    if (found.granting === 'root') {
      voidRootRequest(home);
      output.note(
        'an answer of the holder of the root key is not taken any more: ask again for what else it lists',
      );
    }
    const { iss: org, wish } = found.request;
    output.show({ org, wish, version: null }, () => `removed the request of \`${org}\` about ${named}`);
    return EXIT.yes;
  } finally {
    lock.release();
  }
}
