import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { rule, startHub, type TestHub } from '../support/hub.js';
import { until } from '../support/until.js';
import { type RunningConsole, startConsole } from './start-console.js';

/** A notice of europol: redacted for interpol, denied for afripol. */
export const NOTICE = '01890a5d-ac96-774b-bcce-b302099a8057';

export const RULES = {
  'europol/export.cedar': `
@id("eur-members")
@reason("members of the federation exchange")
@article("Art. 7")
permit (principal, action, resource);
@id("eur-biometrics")
@reason("biometrics stay with regional bodies")
forbid (principal, action == Action::"disclose", resource)
when { context.section == Section::"biometrics" && !principal.groups.contains(Group::"regional") };
`,
  'afripol/import.cedar': rule(
    'afr-blue',
    'permit (principal, action, resource) when { resource.kind == Kind::"blue" };',
  ),
} as const;

/** A console beside a real hub after one notice was delivered and receipted. */
export interface Exchange {
  readonly hub: TestHub;
  readonly site: RunningConsole;
  /** The number of requests for decisions that the auditor got. */
  readonly asked: () => number;
  /** An auditor that does not answer. */
  readonly silence: (silent: boolean) => void;
  readonly close: () => Promise<void>;
}

interface Options {
  readonly page?: string;
  /** The console's folder of policies; by default the one that decided. */
  readonly policies?: string;
}

export async function startExchange(options: Options = {}): Promise<Exchange> {
  const hub = await startHub();
  for (const [path, text] of Object.entries(RULES)) await hub.policy(path, text);
  const [europol, interpol, afripol] = await Promise.all(
    ['europol', 'interpol', 'afripol'].map((org) => hub.gateway(org)),
  );
  if (europol === undefined || interpol === undefined || afripol === undefined)
    throw new Error('no gateways');
  await europol.listen();
  for (const gateway of [interpol, afripol]) await gateway.listen({ receipts: true });
  await hub.open(await hub.start());
  const sent = await europol.frame([await europol.issue({ id: NOTICE })]);
  await europol.send(sent);
  await europol.reportOn(sent);
  await until('the receipt on the ledger', async () =>
    (await hub.auditor.records()).some(({ type }) => type === 'receipts'),
  );
  const proxy = await standBetween(hub);
  const { broker, policiesFolder: policies } = hub;
  const site = await startConsole({ broker, auditorUrl: proxy.url, policies, ...options });
  return {
    hub,
    site,
    asked: proxy.asked,
    silence: proxy.silence,
    close: async () => {
      await site.close();
      proxy.close();
      await hub.close();
    },
  };
}

/** A proxy of the auditor that counts requests and can be silent. */
async function standBetween(
  hub: TestHub,
): Promise<Pick<Exchange, 'asked' | 'silence'> & { url: string; close(): void }> {
  let [asked, isSilent] = [0, false];
  const passOn = async ({ url = '', headers: { authorization = '' } }: IncomingMessage): Promise<Response> =>
    fetch(`${hub.auditor.url()}${url}`, { headers: { authorization } });
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/v1/decisions') === true) asked += 1;
    const answer = isSilent ? Promise.reject(new Error('silent')) : passOn(request);
    answer
      .then(async (got) => response.writeHead(got.status).end(await got.text()))
      .catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: () => asked,
    silence: (silent) => {
      isSilent = silent;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
