import { writeFileSync } from 'node:fs';
import { createHub } from '../../../services/cli/hub/prepare-hub.js';
import { readFederation, signHomeDirectory } from '../../../services/cli/init/home-directory.js';
import { entriesOf } from '../../../services/cli/org/admit-member.js';
import { createSite } from '../../../services/cli/org/create-site.js';
import type { JoinRequest } from '../../../services/cli/org/join-request.js';
import { signWelcome } from '../../../services/cli/org/welcome.js';
import { issueCertificate } from '../../../services/cli/tls/site-certificate.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import type { Home } from '../../../services/shared/runtime/home.js';
import { shippedPolicies } from '../../../services/shared/runtime/root.js';
import { readSigner } from '../../../services/shared/trust/keys.js';
import { readAnchor } from '../../../services/shared/trust/read-directory.js';

export const EUROPOL = parseOrgId('europol');
const now = new Date();
const { federation, organisations } = readFederation();

/** Makes the home of Europol's site, with its request to a hub that does not run. */
export const makeSite = (site: Home): Promise<JoinRequest> =>
  createSite(site, { id: EUROPOL, name: 'Europol', federation, hub: 'nats://127.0.0.1:9', now });

/** Makes the home of a hub, which admits the site, and writes its welcome to a file. */
export async function hubAdmits(hub: Home, request: JoinRequest, welcome: string): Promise<void> {
  await createHub(hub, {
    members: 2,
    routers: 1,
    operator: 'A. Example',
    policies: shippedPolicies,
    force: false,
    now,
    say: () => undefined,
  });
  const directory = await signHomeDirectory(hub, {
    facts: { federation, organisations: { europol: organisations['europol']! } },
    now,
    joined: { org: EUROPOL, contract: request.contract, joinRequest: request.digest },
    added: entriesOf(request, now),
  });
  const tls = await issueCertificate(hub, request, now);
  const answer = { request, directory, tls, root: readAnchor(hub), now };
  writeFileSync(welcome, await signWelcome(answer, await readSigner(hub.rootKey)));
}
