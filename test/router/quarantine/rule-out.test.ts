import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { lastOn } from '../../../services/shared/bus/direct-get.js';
import { publishLatest } from '../../../services/shared/bus/publish.js';
import {
  type EntryId,
  parseCommandId,
  parseEntryId,
  parseFrameId,
  parseOrgId,
} from '../../../services/shared/kernel/ids.js';
import { LEDGER_OWNER } from '../../../services/shared/ledger/command-content.js';
import { signReport } from '../../../services/shared/ledger/record-sign.js';
import { hexDigest } from '../../../services/shared/trust/digest.js';
import { generateKey, importSigner } from '../../../services/shared/trust/keys.js';
import type { ShownLedger } from '../../../services/shared/wire/shown-ledger.js';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import { runLine } from '../../cli/policy/run-line.js';
import { playOperator } from '../../support/played-operator.js';
import { until } from '../../support/until.js';
import { noDisclosures } from '../../support/no-disclosures.js';

/** Puts a record on the ledger that is signed with a key of no directory; returns its place and digest. */
async function foreignRecord(hub: TestHub, router: TestRouter) {
  const signer = await importSigner(await generateKey('hub:hub:9'));
  const about = {
    reason: 'routing',
    org: parseOrgId('europol'),
    frame: parseFrameId('a'.repeat(64)),
  } as const;
  const content = {
    ...about,
    directory: 1,
    members: [],
    policies: {},
    submission: null,
    disclosedOf: noDisclosures,
    parts: [],
  };
  const { bytes } = await signReport(content, { signer, federation: 'demo', now: hub.clock() });
  await publishLatest(router.core, { subject: 'ledger.europol', bytes });
  const { seq = 0 } = (await lastOn(router.core, { stream: 'LEDGER', subject: 'ledger.europol' })) ?? {};
  return { sequence: seq, entry: parseEntryId(hexDigest(bytes)) };
}

const codesOf = (router: TestRouter): readonly string[] => router.reasons().map(({ code }) => code);

test('a rule-out is recorded while the gate is closed, the auditor continues, and the gate opens', async () => {
  await using hub = await startHub();
  const router = await hub.start({ staleMs: 2_000 });
  await hub.open(router);
  const operator = await playOperator(hub);
  const { sequence, entry } = await foreignRecord(hub, router);
  await until('the gate to close', () => codesOf(router).includes('auditor-silent'));
  const epoch = router.store.fact('epoch') ?? '';
  const order = (digest: EntryId, place: object = {}) =>
    operator.sign({
      verb: 'rule-out',
      org: LEDGER_OWNER,
      entry: digest,
      note: 'a test',
      place: { epoch, sequence, ...place },
    });
  const wrong = await order(parseEntryId('0'.repeat(64)));
  await operator.publish(wrong.token, 'rule-out');
  const { home } = hub.broker;
  const others = { monitor: '', router: '', gateways: {}, metrics: {}, processes: {} };
  const run = { pid: process.pid, nats: hub.broker.url, auditor: hub.auditor.url(), ...others };
  writeFileSync(home.run, JSON.stringify(run));
  const cli = (...words: readonly string[]) => runLine(['ledger', ...words, '--json'], { home });
  const other = await cli('rule-out', '7777', '--reason', 'a test');
  expect([other.code, other.stderr]).toEqual([1, expect.stringContaining(`waits at record ${sequence} of`)]);
  const done = await cli('rule-out', String(sequence), '--reason', 'a test');
  expect([done.code, JSON.parse(done.stdout)]).toMatchObject([
    0,
    { sequence, digest: entry, note: 'a test' },
  ]);
  const { part, org } = await operator.ended(parseCommandId(JSON.parse(done.stdout).command));
  expect([org, part.outcome, part.entry]).toEqual([LEDGER_OWNER, 'ruled-out', entry]);
  await until('the command in the file', async () => {
    const { waiting: at, ruledOut } = JSON.parse((await cli('show')).stdout) as ShownLedger;
    return at === null && ruledOut[0]?.person === part.person;
  });
  expect((await operator.ended(wrong.id)).part).toMatchObject({
    outcome: 'refused',
    code: 'digest-mismatch',
  });
  await hub.open(router);
  const { part: later } = await operator.command({ verb: 'discard', entry, note: 'needs an open gate' });
  expect(later).toMatchObject({ outcome: 'refused', code: 'not-found' });
});

test('a command other than rule-out waits while the gate is closed, and expires without being carried out', async () => {
  await using hub = await startHub();
  const router = await hub.start();
  await hub.open(router);
  const operator = await playOperator(hub);
  await hub.auditor.stop();
  hub.clock.move(61_000);
  await until('the gate to close', () => codesOf(router).includes('auditor-silent'));
  const { id, token } = await operator.sign({
    verb: 'discard',
    entry: parseEntryId('1'.repeat(64)),
    note: 'late',
  });
  await operator.publish(token, 'discard');
  // Long enough for several deliveries.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect(router.store.quarantine.command(id)).toBeUndefined();
  hub.clock.move(120_000);
  await operator.turnedAway('expired');
  expect(router.store.quarantine.command(id)).toBeUndefined();
});
