import { isIP } from 'node:net';

/** The names of a server. */
export interface OwnNames {
  /** The address on which it listens. */
  readonly host: string;
  /** Further names, in lower case. */
  readonly hostNames: readonly string[];
}

/** Returns whether the `Host` of a request names this server. */
type IsOwnHost = (header: string | undefined) => boolean;

/**
 * Creates the check of `Host` against DNS rebinding: a foreign web page can point its own name at this server, and the
 * browser then lets that page read the answers. Accepts IP addresses, which cannot be rebound, `localhost` and names below
 * it, and the configured names; on any port, because forwarded ports differ.
 */
export function createHostRule({ host, hostNames }: OwnNames): IsOwnHost {
  const own = new Set([host.toLowerCase(), ...hostNames]);
  return (header) => {
    const name = nameIn(header);
    return name !== undefined && (isOfThisMachine(name) || own.has(name));
  };
}

/** Returns the host of `host:port` in lower case; undefined for an absent or malformed header. */
function nameIn(header = ''): string | undefined {
  const [, address, name] = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::[0-9]{1,5})?$/i.exec(header) ?? [];
  return (address ?? name)?.toLowerCase();
}

const isOfThisMachine = (name: string): boolean =>
  isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost');
