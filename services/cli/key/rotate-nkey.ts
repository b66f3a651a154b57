import { tryLogin } from '../../shared/bus/connect.js';
import { publicNkey } from '../../shared/bus/nkeys.js';
import type { Home } from '../../shared/runtime/home.js';
import { nkeySeedIn } from '../../shared/trust/directory/ask-for-nkey.js';
import { askedKid } from '../../shared/trust/directory/key-request-claims.js';
import { readSecret } from '../../shared/trust/secret-file.js';
import { takeAdmittedNkey } from '../../shared/trust/signers/take-admitted-nkey.js';
import { brokerConnection, requireGateways } from '../home/run-file.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import { keyRequestWords } from './explain-request.js';
import { sendRequest, until } from './send-request.js';
import {
  type ApproverKeyOptions,
  askForKey,
  type NkeyUse,
  siteAsking,
  type SiteParams,
  USER_OF,
} from './site-asking.js';

interface RotateNkeyParams extends SiteParams, ApproverKeyOptions {
  readonly use: NkeyUse;
  readonly stopping: AbortSignal;
}

/** The time within which the gateway logs in with the next nkey, and the hub then takes the old one out. */
const CHANGE_MS = 120_000;
/** How far apart the looks are whether the hub has changed over: each login that the broker refuses is a line in its log. */
const LOOK_MS = 3_000;

const DONE = {
  gateway: 'the gateway logs in with its next nkey, and the broker refuses the old one',
  tail: 'the broker accepts the next nkey of the tail and refuses the old one: start a `liaison tail` that ran again',
} as const;

/**
 * Makes the next nkey of the gateway or the tail of a site and asks the hub for it; waits until the gateway logs in with it, or the broker
 * accepts it of a tail, and refuses the old one. Asks for none where the tail takes one that was admitted before, which others may know.
 * Throws as `askForKey` and `sendRequest` do.
 */
export async function rotateNkey(
  home: Home,
  { use, stopping, person, keyOut, ...params }: RotateNkeyParams,
): Promise<ExitCode> {
  const { output } = params;
  const asking = await siteAsking(home, params);
  const role = USER_OF[use];
  const path = nkeySeedIn(asking.folder, role);
  const login = { ...brokerConnection(requireGateways(home), asking.folder), role };
  if (role === 'tail' && (await takeAdmittedNkey(path, login))) {
    const taken = { kid: `${asking.org}:${use}`, nkey: publicNkey(readSecret(path)), earlier: true };
    output.show(
      taken,
      () => 'the tail took the next nkey of an earlier call: call again if others may know that one',
    );
    return EXIT.yes;
  }
  const old = readSecret(path);
  const text = await askForKey(home, use, { ...asking, person, keyOut });
  const { request } = await sendRequest(home, text, { ...asking, output, stopping });
  const stillCounts = `the request still counts; if it waits for a person at the hub, read these words: ${keyRequestWords(request)}`;
  const reached = async (isReached: () => boolean | Promise<boolean>): Promise<void> => {
    const patience = { ms: CHANGE_MS, everyMs: LOOK_MS, stillCounts };
    await until(patience, stopping, async () => (await isReached()) || undefined);
  };
  // The gateway replaces the file itself.
  const isReplaced = (): boolean => readSecret(path) !== old;
  await reached(role === 'gateway' ? isReplaced : async () => isReplaced() || takeAdmittedNkey(path, login));
  if (role === 'gateway')
    output.note('the gateway logs in with its next nkey: the hub takes the old one out');
  await reached(async () => (await tryLogin({ ...login, name: 'old-nkey', seed: old })) === 'refused');
  const shown = { kid: askedKid(request), nkey: publicNkey(readSecret(path)) };
  output.show(shown, () => DONE[role]);
  return EXIT.yes;
}
