import { writeFileSync } from 'node:fs';
import { createHub } from '../../../services/cli/hub/prepare-hub.js';
import { readFederation, signHomeDirectory } from '../../../services/cli/init/home-directory.js';
import { createSite } from '../../../services/cli/org/create-site.js';
import { entriesOf, type JoinRequest } from '../../../services/cli/org/join-request.js';
import { signWelcome, welcomeText } from '../../../services/cli/org/welcome.js';
import { issueCertificate } from '../../../services/cli/tls/site-certificate.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import type { Home } from '../../../services/shared/runtime/home.js';
import { shippedPolicies } from '../../../services/shared/runtime/root.js';
import type { Directory } from '../../../services/shared/trust/directory.js';
import { readSigner } from '../../../services/shared/trust/keys.js';
import { readAnchor } from '../../../services/shared/trust/read-directory.js';

export const EUROPOL = parseOrgId('europol');
/** When the hub and the sites of a test are made, and the sites admitted. */
export const NOW = new Date();
const { federation, organisations } = readFederation();

/** Makes the home of Europol's site, with its request to a hub that does not run. */
export const makeSite = (site: Home): Promise<JoinRequest> =>
  createSite(site, { id: EUROPOL, name: 'Europol', federation, hub: 'nats://127.0.0.1:9', now: NOW });

/** Makes the home of a hub with room for two members. */
export const makeSmallHub = (hub: Home): Promise<Directory> =>
  createHub(hub, {
    members: 2,
    routers: 1,
    operator: 'A. Example',
    policies: shippedPolicies,
    force: false,
    now: NOW,
    say: () => undefined,
  });

/** Lists the keys of a request in the next directory of a hub, as `org admit` does. */
export async function listSite(hub: Home, request: JoinRequest): Promise<Directory> {
  const facts = organisations[request.id];
  return signHomeDirectory(hub, {
    facts: { federation, organisations: facts === undefined ? {} : { [request.id]: facts } },
    now: NOW,
    joined: { org: request.id, contract: request.contract, joinRequest: request.digest },
    added: entriesOf(request, NOW),
  });
}

/** Signs the welcome to a site that a directory lists. */
export async function welcomeSite(hub: Home, request: JoinRequest, directory: Directory): Promise<string> {
  const tls = await issueCertificate(hub, request, NOW);
  const welcome = await signWelcome({ request, directory, tls, now: NOW }, await readSigner(hub.rootKey));
  return welcomeText(welcome, directory, readAnchor(hub));
}

/** Makes the home of a hub, which admits the site, and writes its welcome to a file. */
export async function hubAdmits(hub: Home, request: JoinRequest, welcome: string): Promise<void> {
  await makeSmallHub(hub);
  writeFileSync(welcome, await welcomeSite(hub, request, await listSite(hub, request)));
}
