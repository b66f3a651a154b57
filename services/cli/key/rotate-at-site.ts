import type { Home } from '../../shared/runtime/home.js';
import { askedKid } from '../../shared/trust/directory/key-request-claims.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import { kidInFile } from './local-keys.js';
import { sendRequest, showWaiting, until, untilListed } from './send-request.js';
import { type ApproverKeyOptions, askForKey, siteAsking, type SiteParams } from './site-asking.js';

interface RotateAtSiteParams extends SiteParams, ApproverKeyOptions {
  readonly use: string;
  readonly stopping: AbortSignal;
}

/** The time within which the gateway changes over to a listed key. */
const CHANGE_MS = 60_000;

/**
 * Makes the next key of a site and asks the hub for it; waits until the directory lists it and the gateway has changed over, unless a
 * person at the hub must grant it. Throws as `askForKey` and `sendRequest` do.
 */
export async function rotateAtSite(
  home: Home,
  { use, stopping, person, keyOut, ...params }: RotateAtSiteParams,
): Promise<ExitCode> {
  const { output } = params;
  const asking = await siteAsking(home, params);
  const text = await askForKey(home, use, { ...asking, person, keyOut });
  const { request, isAutomatic } = await sendRequest(home, text, { ...asking, output, stopping });
  if (!isAutomatic) {
    showWaiting(output, request);
    return EXIT.yes;
  }
  const kid = askedKid(request);
  const { version } = await untilListed(home, stopping, ({ key }) => key(kid) !== undefined);
  output.note(`version ${version} of the directory lists ${kid}: the gateway changes over in ten seconds`);
  const path = home.org(asking.org, `${use}.jwk`);
  await until({ ms: CHANGE_MS }, stopping, async () => (kidInFile(path) === kid ? true : undefined));
  output.show({ kid, version }, () => `${kid} signs now, by version ${version} of the directory`);
  return EXIT.yes;
}
