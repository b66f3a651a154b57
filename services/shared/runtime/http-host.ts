import { isIP } from 'node:net';

/** How a server is reached. */
export interface OwnNames {
  /** The address that it listens on. */
  readonly host: string;
  /** Further names, in lower case. */
  readonly hostNames: readonly string[];
}

/** Returns whether the `Host` of a request names this server. */
type IsOwnHost = (header: string | undefined) => boolean;

/**
 * Creates the rule for `Host`. A page of a stranger can have its own name pointed at this server (DNS rebinding): the browser
 * then sends that name, and lets the page read the answers. Accepted are IP addresses, which no stranger can point elsewhere,
 * `localhost` and names below it, and the configured names; on any port, because forwarded ports differ.
 */
export function createHostRule({ host, hostNames }: OwnNames): IsOwnHost {
  const own = new Set([host.toLowerCase(), ...hostNames]);
  return (header) => {
    const name = nameIn(header);
    return name !== undefined && (isOfThisMachine(name) || own.has(name));
  };
}

/** The host of `host:port` in lower case; undefined for a header that is absent or of another form. */
function nameIn(header = ''): string | undefined {
  const [, address, name] = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::[0-9]{1,5})?$/i.exec(header) ?? [];
  return (address ?? name)?.toLowerCase();
}

const isOfThisMachine = (name: string): boolean =>
  isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost');
