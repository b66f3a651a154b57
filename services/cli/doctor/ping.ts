import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { projectRoot } from '../../shared/runtime/root.js';
import { type GatewayClient, gatewayClient } from '../http-client.js';
import type { ShownNotice } from '../notice/notice-table.js';
import type { PreviewResult } from '../notice/preview-table.js';
import { bad, type Check, type CheckFinding, ok, running, skip } from './check.js';

const RECEIPT_TIMEOUT_MS = 15_000;

/** Sends a test notice to one organisation that may receive it, and waits for the receipt; the notice expires in an hour. */
export const ping: Check = running('ping', async ({ run, home }) => {
  const orgs = Object.keys(run.gateways);
  if (orgs.length === 0) return skip('no gateway runs here: they run at the sites');
  for (const org of orgs) {
    const gateway = gatewayClient(home, run, org);
    const recipient = await findRecipient(gateway);
    if (recipient !== undefined) return send(gateway, recipient);
  }
  return bad(
    'no organisation may receive the test notice',
    'liaison notice preview proto/examples/purple.json --org interpol --rules',
  );
});

async function findRecipient(gateway: GatewayClient): Promise<string | undefined> {
  const { recipients } = (await gateway.post('/v1/preview', draftTo('all'))) as PreviewResult;
  return recipients.find(({ outcome }) => outcome !== 'denied')?.org;
}

async function send(gateway: GatewayClient, recipient: string): Promise<CheckFinding> {
  const began = performance.now();
  const { id } = (await gateway.post('/v1/notices', draftTo([recipient]))) as { readonly id: string };
  for (const end = Date.now() + RECEIPT_TIMEOUT_MS; Date.now() < end; ) {
    const notice = (await gateway.get(`/v1/notices/${id}`)) as ShownNotice;
    if (notice.state === 'settled') {
      const took = Math.round(performance.now() - began);
      return ok(`${gateway.org} → ${recipient}, signed receipt after ${took} ms`);
    }
    if (notice.state === 'refused') return bad(`refused: ${notice.code ?? ''}`, `liaison notice show ${id}`);
    await delay(20);
  }
  return bad('no receipt within 15 s', `liaison notice show ${id}`);
}

function draftTo(addressees: 'all' | readonly string[]): unknown {
  const { header, ...rest } = JSON.parse(
    readFileSync(join(projectRoot, 'proto/examples/purple.json'), 'utf8'),
  ) as {
    readonly header: object;
  };
  return {
    ...rest,
    header: { ...header, addressees, excluded: [], reviewAfter: 'PT30M', expiresAfter: 'PT1H' },
  };
}
