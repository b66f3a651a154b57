import { publicNkey } from '../../shared/bus/nkeys.js';
import { tryLogin } from '../../shared/bus/connect.js';
import type { Home } from '../../shared/runtime/home.js';
import { gatewaySeedIn } from '../../shared/trust/directory/ask-for-nkey.js';
import { askedKid } from '../../shared/trust/directory/key-request-claims.js';
import { readSecret } from '../../shared/trust/secret-file.js';
import { brokerConnection, requireGateways } from '../home/run-file.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import { keyRequestWords } from './explain-request.js';
import { sendRequest, until } from './send-request.js';
import { type ApproverKeyOptions, askForKey, NKEY, siteAsking, type SiteParams } from './site-asking.js';

interface RotateNkeyParams extends SiteParams, ApproverKeyOptions {
  readonly stopping: AbortSignal;
}

/** The time within which the gateway logs in with the next nkey, and the hub then takes the old one out. */
const CHANGE_MS = 120_000;

/**
 * Makes the next nkey of the gateway of a site and asks the hub for it; waits until the gateway logs in with it and the broker refuses the
 * old one. Throws as `askForKey` and `sendRequest` do.
 */
export async function rotateNkey(
  home: Home,
  { stopping, person, keyOut, ...params }: RotateNkeyParams,
): Promise<ExitCode> {
  const { output } = params;
  const asking = await siteAsking(home, params);
  const path = gatewaySeedIn(asking.folder);
  const old = readSecret(path);
  const text = await askForKey(home, NKEY, { ...asking, person, keyOut });
  const { request } = await sendRequest(home, text, { ...asking, output, stopping });
  const stillCounts = `the request still counts; if it waits for a person at the hub, read these words: ${keyRequestWords(request)}`;
  const reached = async (isReached: () => boolean | Promise<boolean>): Promise<void> => {
    await until({ ms: CHANGE_MS, stillCounts }, stopping, async () => (await isReached()) || undefined);
  };
  await reached(() => readSecret(path) !== old);
  output.note('the gateway logs in with its next nkey: the hub takes the old one out');
  const broker = brokerConnection(requireGateways(home), asking.folder);
  const login = { ...broker, role: 'gateway', name: 'old-nkey', seed: old } as const;
  await reached(async () => (await tryLogin(login)) === 'refused');
  const shown = { kid: askedKid(request), nkey: publicNkey(readSecret(path)) };
  output.show(shown, () => 'the gateway logs in with its next nkey, and the broker refuses the old one');
  return EXIT.yes;
}
