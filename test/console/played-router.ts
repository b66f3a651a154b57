import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RoutedMembers } from '../../services/shared/wire/routed-members.js';
import type { ShownReleases } from '../../services/shared/wire/shown-releases.js';
import type { ShownAdoption } from '../../services/shared/wire/shown-adoption.js';

/** Serves `/readyz`, `/members` and `/releases` as a router does; while frozen it accepts requests and never answers. */
export interface PlayedRouter {
  readonly url: string;
  readonly say: (reasons: readonly string[]) => void;
  readonly raise: (alarms: readonly unknown[]) => void;
  readonly adopt: (adoption: ShownAdoption) => void;
  readonly know: (members: RoutedMembers) => void;
  readonly release: (releases: ShownReleases) => void;
  readonly freeze: () => void;
  readonly thaw: () => void;
  readonly close: () => void;
}

export async function playRouter(): Promise<PlayedRouter> {
  let [reasons, isFrozen]: [readonly string[], boolean] = [[], false];
  let alarms: readonly unknown[] = [];
  let adoption: ShownAdoption | undefined;
  let members: RoutedMembers = {};
  let releases: ShownReleases | undefined;
  const answer = (path: string | undefined, response: ServerResponse): void => {
    if (path === '/members') return void response.end(JSON.stringify({ members }));
    if (path === '/releases') return void response.end(JSON.stringify(releases ?? {}));
    response.writeHead(reasons.length === 0 ? 200 : 503, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ready: reasons.length === 0, reasons, alarms, adoption }));
  };
  const server = createServer(({ url }, response) => {
    if (!isFrozen) answer(url, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    say: (words) => {
      reasons = words;
    },
    raise: (raised) => {
      alarms = raised;
    },
    adopt: (adopted) => {
      adoption = adopted;
    },
    know: (known) => {
      members = known;
    },
    release: (shown) => {
      releases = shown;
    },
    freeze: () => {
      isFrozen = true;
    },
    thaw: () => {
      isFrozen = false;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
