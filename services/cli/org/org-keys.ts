import { existsSync } from 'node:fs';
import { Argument } from 'commander';
import { errorFrom, fail } from '../../shared/kernel/errors.js';
import { parseOrgId } from '../../shared/kernel/ids.js';
import type { Home } from '../../shared/runtime/home.js';
import type { Directory } from '../../shared/trust/directory.js';
import { type Granting, judgeKeyRequest } from '../../shared/trust/directory/judge-key-request.js';
import { askedKid, type KeyRequest, openKeyRequest } from '../../shared/trust/directory/key-request.js';
import { MAX_KEY_REQUEST_BYTES } from '../../shared/wire/frame-limits.js';
import { readGivenFile } from '../home/read-given-file.js';
import { newestDirectory } from '../init/home-directory.js';
import { explainKeyRequest, keyRequestWords } from '../key/explain-request.js';
import { admitNkeys, admittedNkeys } from '../key/gateway-nkeys.js';
import { grantingAt, grantNkey } from '../key/grant-nkey.js';
import { grantRequest } from '../key/grant-request.js';
import { pendingRequestsOf } from '../key/local-keys.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import { lockDirectory } from '../up/lock.js';
import type { Call, Verb } from '../verb.js';
import { confirmWords } from './confirm-words.js';

interface KeysOptions {
  readonly words?: string;
  readonly yes?: boolean;
}

export const verb: Verb<KeysOptions> = {
  configure: (command) =>
    command
      .addArgument(new Argument('[action]', 'what to do').choices(['list', 'approve', 'refuse', 'lock-out']))
      .argument(
        '[request]',
        'the id of the key that it is about, or the file that `key request` wrote; for `lock-out` the organisation',
      )
      .option('--words <words>', 'the eight words that a person at the organisation read out')
      .option('--yes', 'grant it without a question'),
  examples: [
    ['org keys', 'what organisations asked for about their keys and the hub has not answered'],
    [
      'org keys approve caricompol:policy:2',
      'shows what the organisation asks for, and asks whether the words are those that were read out',
    ],
    ['org keys approve key-request.json', 'the same for a request that came as a file'],
    ['org keys refuse caricompol:policy:2', 'removes the request; nothing else changes'],
    [
      'org keys lock-out caricompol',
      'after the theft of its nkey: the broker closes its connections, and admits its gateway after `org keys approve` again',
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
  const waiting = await pendingRequests(home, directory);
  for (const { request, granting, code } of waiting) {
    const { iss: org, wish, digest } = request;
    const shown = { org, wish, digest, words: keyRequestWords(request), granting, code };
    if (output.json) output.record(shown);
    else
      output.print([...explainKeyRequest(request, output.paint), stateText(granting, code), ''].join('\n'));
  }
  if (waiting.length === 0 && !output.json) output.print('no request waits');
  return EXIT.yes;
}

function stateText(granting: Granting | null, code: string | null): string {
  if (code !== null) return `not allowed any more: ${code}`;
  return granting === 'automatic' ? 'the hub answers it by itself' : 'waits for a person: `org keys approve`';
}

/** A request that waits; `granting` is null, and `code` says why, for one that is not allowed any more. */
interface WaitingRequest {
  readonly request: KeyRequest;
  readonly granting: Granting | null;
  readonly code: string | null;
}

async function pendingRequests(home: Home, directory: Directory): Promise<readonly WaitingRequest[]> {
  const now = new Date();
  const opened = pendingRequestsOf(home)
    .list()
    // One that cannot be opened any more is removed by the process that answers requests.
    .map((text) => openKeyRequest(text, { directory, now }).catch(() => undefined));
  return (await Promise.all(opened)).flatMap((request) =>
    request === undefined ? [] : [{ request, ...judge(home, request, { directory, now }) }],
  );
}

function judge(
  home: Home,
  request: KeyRequest,
  { directory, now }: { readonly directory: Directory; readonly now: Date },
): Omit<WaitingRequest, 'request'> {
  try {
    const judged = judgeKeyRequest(request, directory, now);
    return { granting: grantingAt(home, request, judged), code: null };
  } catch (thrown) {
    return { granting: null, code: errorFrom(thrown).code };
  }
}

/** Returns the text of a request that waits, by the key that it is about, or of a file. Throws `usage`. */
async function findText(home: Home, directory: Directory, named: string): Promise<string> {
  const waiting = await pendingRequests(home, directory);
  const found = waiting.find(({ request }) => askedKid(request) === named);
  if (found !== undefined) return found.request.text;
  if (existsSync(named)) return readGivenFile(named, MAX_KEY_REQUEST_BYTES).toString().trim();
  throw fail(
    'usage',
    `no request about \`${named}\` waits, and there is no such file: \`${suggestedCommand('org keys')}\``,
  );
}

async function approve(call: Call<KeysOptions>, named: string): Promise<ExitCode> {
  const { home, env, output, options, stopping } = call;
  const lock = lockDirectory(home);
  try {
    const [directory, now] = [await newestDirectory(home, output.note), new Date()];
    const text = await findText(home, directory, named);
    const request = await openKeyRequest(text, { directory, now });
    judgeKeyRequest(request, directory, now);
    for (const line of explainKeyRequest(request, output.notePaint)) output.note(line);
    const asking = { words: keyRequestWords(request), given: options.words, yes: options.yes === true };
    const question = `did a person at \`${request.iss}\` read out these words?`;
    if (!(await confirmWords({ ...asking, question, output, stopping }))) return EXIT.no;
    const say = output.note;
    const { iss: org, wish } = request;
    if (wish.type === 'nkey') await grantNkey(home, request, { env, say });
    const version = wish.type === 'nkey' ? null : (await grantRequest(home, request, { now, say })).version;
    pendingRequestsOf(home).remove(text);
    output.show({ org, wish, version }, () =>
      version === null
        ? `the gateway of \`${org}\` may log in with its next nkey`
        : `granted by version ${version} of the directory`,
    );
    return EXIT.yes;
  } finally {
    lock.release();
  }
}

async function lockOut({ home, env, output }: Call<KeysOptions>, named: string): Promise<ExitCode> {
  const org = parseOrgId(named);
  const lock = lockDirectory(home);
  try {
    const nkeys = admittedNkeys(home, org);
    await admitNkeys(home, org, { env, say: output.note, nkeys: [] });
    output.show(
      { org, nkeys },
      () =>
        `the broker refuses the gateway of \`${org}\` until the next \`${suggestedCommand('org keys approve')}\``,
    );
    return EXIT.yes;
  } finally {
    lock.release();
  }
}

async function refuse({ home, output }: Call<KeysOptions>, named: string): Promise<ExitCode> {
  const directory = await newestDirectory(home, output.note);
  const waiting = await pendingRequests(home, directory);
  const found = waiting.find(({ request }) => askedKid(request) === named);
  if (found === undefined) throw fail('usage', `no request about \`${named}\` waits`);
  pendingRequestsOf(home).remove(found.request.text);
  const { iss: org, wish } = found.request;
  output.show({ org, wish, version: null }, () => `removed the request of \`${org}\` about ${named}`);
  return EXIT.yes;
}
