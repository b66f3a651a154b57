import type { RunFile } from './run-file.js';

/** What the process of a gateway is called. */
export const gatewayName = (org: string): string => `gateway-${org}`;

/** Where routers, console and gateways answer, by the process's name. */
export function servingAddresses({
  router,
  moreRouters,
  console,
  gateways,
}: RunFile): Readonly<Record<string, string>> {
  return {
    router,
    ...moreRouters,
    ...(console === undefined ? {} : { console }),
    ...Object.fromEntries(Object.entries(gateways).map(([org, url]) => [gatewayName(org), url])),
  };
}
