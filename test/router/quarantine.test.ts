import { expect, test } from 'vitest';
import { createQuarantine } from '../../services/router/quarantine.js';
import { nextOn } from '../../services/shared/bus/direct-get.js';
import { parseOrgId } from '../../services/shared/kernel/ids.js';
import { parseStrictJson } from '../../services/shared/kernel/strict-json.js';
import { readSigner } from '../../services/shared/trust/keys.js';
import { frames } from '../../services/shared/wire/frames.js';
import { startBroker } from '../support/broker.js';

test('a subject outside the grammar is signed in printable form, and the statement reads', async () => {
  await using broker = await startBroker({ orgs: ['europol', 'interpol'] });
  const core = await broker.connect('router', 'CORE');
  const quarantine = createQuarantine({
    core,
    signer: await readSigner(broker.home.hub('router', 'hub.jwk')),
    clock: () => new Date(),
    signal: new AbortController().signal,
  });
  const subject = `out.notice.\u0000\uD83D%00${'é'.repeat(300)}`;
  const org = parseOrgId('europol');
  await quarantine({ org, reason: 'subject-invalid', subject, bytes: new Uint8Array(1) });
  const stored = await nextOn(core, { stream: 'QUARANTINE', subject: 'quarantine.*', from: 1 });
  const { statement } = frames.quarantined.decode(stored?.bytes ?? new Uint8Array());
  const said = parseStrictJson(Buffer.from(statement.split('.')[1] ?? '', 'base64url').toString());
  const signed = (said as { readonly subject: string }).subject;
  expect(signed).toMatch(/^out\.notice\.%00%ef%bf%bd%2500%c3%a9[!-~]+$/);
  expect(signed).toHaveLength(256);
});
