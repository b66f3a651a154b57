import type { OrgId } from '../../shared/kernel/ids.js';
import type { Home } from '../../shared/runtime/home.js';
import { gatewayName } from '../home/process-names.js';
import type { BrokerNode, Layout } from '../init/layout.js';
import { clientFolder, hubHolders, type Holder, writeCertificate } from './holders.js';
import { createAuthority } from './sign-certificate.js';

/**
 * Creates the certificate authority of the demonstration in containers, and a certificate for every server and process. Throws
 * `config-invalid` when `openssl` fails.
 */
export async function writeClusterCertificates(
  home: Home,
  orgs: readonly OrgId[],
  layout: Layout,
): Promise<void> {
  await createAuthority(home);
  await Promise.all(holders(home, orgs, layout).map((holder) => writeCertificate(home, holder)));
}

function holders(home: Home, orgs: readonly OrgId[], { nodes, routers }: Layout): readonly Holder[] {
  return [
    ...nodes.map(({ name, route }: BrokerNode) => ({
      name,
      folder: home.nats(name, 'tls'),
      hosts: [name, route.replace(/:\d+$/, '')],
    })),
    ...hubHolders(home, routers),
    ...orgs.map((org) => ({ name: gatewayName(org), folder: clientFolder(home.org(org)), hosts: [] })),
  ];
}
