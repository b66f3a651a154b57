import type { Home } from '../../shared/runtime/home.js';
import { askForRevocation } from '../../shared/trust/directory/ask-for-keys.js';
import { parseKid } from '../../shared/trust/kid.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import { sendRequest, showWaiting, untilListed } from './send-request.js';
import { siteAsking, type SiteParams, writeRequest } from './site-asking.js';

interface RevokeAtSiteParams extends Omit<SiteParams, 'owner'> {
  /** Write the request to this file instead of sending it. */
  readonly out?: string;
  readonly since?: Date;
  readonly stopping: AbortSignal;
}

/**
 * Asks the hub to revoke a key of this site, and waits until the directory says so. Throws `key-invalid` for an id that is none,
 * and as `sendRequest` does.
 */
export async function revokeAtSite(
  home: Home,
  kid: string,
  { out, since, stopping, ...params }: RevokeAtSiteParams,
): Promise<ExitCode> {
  const { owner, use } = parseKid(kid);
  const { output } = params;
  const asking = await siteAsking(home, { owner, ...params });
  const text = await askForRevocation({ kid, use, since: since ?? asking.now }, asking);
  if (out !== undefined) {
    writeRequest(output, text, out);
    return EXIT.yes;
  }
  const { request, isAutomatic } = await sendRequest(home, text, { ...asking, output, stopping });
  if (!isAutomatic) {
    showWaiting(output, request);
    return EXIT.yes;
  }
  const { version } = await untilListed(home, stopping, ({ key }) => key(kid)?.revokedAt !== undefined);
  output.show({ kid, version }, () => `${kid} is revoked permanently by version ${version} of the directory`);
  return EXIT.yes;
}
