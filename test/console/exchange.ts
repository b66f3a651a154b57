import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseNoticeId } from '../../services/shared/kernel/ids.js';
import { digest } from '../../services/shared/trust/digest.js';
import type { Item } from '../../services/shared/wire/frames.js';
import { rule, startHub, type TestHub } from '../support/hub.js';
import { twoOperators } from '../router/actions/recall-by-two.js';
import type { PlayedGateway } from '../support/played-gateway.js';
import { until } from '../support/until.js';
import { type RunningConsole, startConsole } from './start-console.js';

/** A notice of europol: redacted for interpol, denied for afripol. */
export const NOTICE = '01890a5d-ac96-774b-bcce-b302099a8057';

/**
 * A notice of europol that was suspended, resumed and restricted, and of which a section was requested and declined;
 * interpol has not answered the restriction.
 */
export const LIVED = '01890a5d-ac96-774b-bcce-b302099a8060';

/** A notice of europol that two operators recalled; its holder interpol has answered. */
export const RECALLED = '01890a5d-ac96-774b-bcce-b302099a8061';

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
  /** Sends the notices `LIVED` and `RECALLED` too. */
  readonly life?: boolean;
}

export async function startExchange({ life = false, ...options }: Options = {}): Promise<Exchange> {
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
  if (life) await sendRecalled(hub, europol);
  if (life) await sendLife(hub, { europol, interpol });
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

/** Gives the notice `LIVED` its life; interpol, the only holder, has not answered its last step. */
async function sendLife(
  { auditor, clock }: TestHub,
  { europol, interpol }: { readonly europol: PlayedGateway; readonly interpol: PlayedGateway },
): Promise<void> {
  const receipts = async (): Promise<number> =>
    (await auditor.records()).filter(({ type }) => type === 'receipts').length;
  const submit = async (item: string | Item): Promise<void> => {
    const before = await receipts();
    await europol.send(await europol.frame([item]));
    await until('the receipt on the ledger', async () => (await receipts()) > before);
  };
  const about = { id: parseNoticeId(LIVED) };
  await submit(await europol.issue({ id: LIVED, number: clock().getTime() }));
  const later = Math.floor(clock().getTime() / 1000) + 30 * 86_400;
  await submit(await europol.act({ ...about, verb: 'suspend', reason: 'under-review', until: later }));
  await submit(await europol.act({ ...about, verb: 'resume' }));
  const revision = digestIn(interpol, LIVED);
  const asked = { to: europol.org, ...about, revision, section: 'biometrics', purpose: 'arrest' } as const;
  await interpol.send(await interpol.frame([await interpol.request(asked)]));
  const [request = ''] = await until('the request at europol', () =>
    europol.held.map(({ requests }) => requests).find((requests) => requests.length > 0),
  );
  const declined = [{ to: interpol.org, request: digest(request) }];
  await submit(await europol.act({ ...about, verb: 'decline', reason: 'not-available', listed: declined }));
  await interpol.stop();
  const listed = [{ to: interpol.org, sections: ['judicial'] as const }];
  const restrict = await europol.act({ ...about, verb: 'restrict', reason: 'by-originator', listed });
  await europol.send(await europol.frame([restrict]));
  await until('the restriction on the ledger', async () => {
    const reports = (await auditor.records()).filter((record) => record.type === 'report');
    return reports.some(({ actions }) => actions.some(({ verb }) => verb === 'restrict'));
  });
}

/** Sends the notice `RECALLED`, and recalls it. */
async function sendRecalled(hub: TestHub, europol: PlayedGateway): Promise<void> {
  const answers = async (): Promise<number> =>
    (await hub.auditor.records()).filter(({ type }) => type === 'receipts').length;
  const before = await answers();
  await europol.send(
    await europol.frame([await europol.issue({ id: RECALLED, number: hub.clock().getTime() })]),
  );
  await until('the receipt on the ledger', async () => (await answers()) > before);
  await (await twoOperators(hub)).recall(parseNoticeId(RECALLED));
  await until('the answer of the holder', async () => (await answers()) > before + 1);
}

/** The digest of the revision that a gateway was delivered. */
function digestIn({ held }: PlayedGateway, id: string): string {
  const part = held.flatMap(({ parts }) => parts).find(({ jti }) => jti.startsWith(id));
  return part?.digest ?? '';
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
