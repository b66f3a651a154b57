/** Returns 1, 2, … `count`: the numbers of the routers of a home. */
export const routerNumbers = (count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => index + 1);

/** Returns the process name of a router on this machine: `router` for the first, then `router-2`, … */
export const routerName = (number: number): string => (number === 1 ? 'router' : `router-${number}`);

/** The process that serves all gateways of a federation. */
export const HOST = 'gateways';

/** Returns the process name of an organisation's gateway, also in a host: `gateway-<org>`. */
export const gatewayName = (org: string): string => `gateway-${org}`;
