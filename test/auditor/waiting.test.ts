import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseCommandId, parseEntryId, parseFrameId } from '../../services/shared/kernel/ids.js';
import { signCommand, verifyCommand } from '../../services/shared/ledger/command.js';
import { LEDGER_OWNER, type LedgerPlace } from '../../services/shared/ledger/command-content.js';
import { signCommandRecord } from '../../services/shared/ledger/command-record.js';
import { digest, hexDigest } from '../../services/shared/trust/digest.js';
import { publicJwk } from '../../services/shared/trust/jwk.js';
import {
  generateKey,
  importSigner,
  importVerifier,
  readSigner,
  type Signer,
} from '../../services/shared/trust/keys.js';
import { signSet } from '../../services/shared/trust/signed-set.js';
import type { Typ } from '../../services/shared/trust/jws.js';
import { frames } from '../../services/shared/wire/frames.js';
import { type Hub, noticePart, numbersIn, type RunningAuditor, startHub, waitUntil } from './hub.js';

let hub: Hub;
let auditor: RunningAuditor;
let unknown: Signer;
let listed: boolean;

beforeEach(async () => {
  hub = await startHub();
  const jwk = await generateKey('hub:hub:9');
  unknown = await importSigner(jwk);
  const verifier = await importVerifier(publicJwk(jwk));
  listed = false;
  const directory = {
    ...hub.directory,
    key: (kid: string) => {
      const own = hub.directory.key(hub.signers.hub.kid);
      if (kid !== unknown.kid || !listed || own === undefined) return hub.directory.key(kid);
      return { ...own, kid, verifier };
    },
  };
  auditor = await hub.audit({ directory: () => directory });
});
afterEach(async () => {
  await auditor.stop();
  await hub.close();
});

const report = (n: number, signer?: Signer) =>
  hub.report('interpol', [noticePart(n)], signer === undefined ? {} : { signer });
const waits = (code: string) => waitUntil(() => auditor.alarms().includes(`record-unverifiable ${code}`));

/** Publishes a record between two sound ones; returns its bytes once the auditor waits at it. */
async function between(bytes: Uint8Array, code: string): Promise<Uint8Array> {
  await hub.publish('interpol', await report(1));
  await waitUntil(() => auditor.heartbeat()?.seq === 1);
  await hub.publish('interpol', bytes);
  await hub.publish('interpol', await report(3));
  await waits(code);
  return bytes;
}

interface Ordered {
  readonly bytes: Uint8Array;
  readonly place?: Partial<LedgerPlace>;
  readonly signer?: Signer;
  readonly outcome?: 'ruled-out' | 'refused';
}

/** Publishes the record of an operator's command that rules a record out. */
async function ruleOut({ bytes, place = {}, signer, outcome = 'ruled-out' }: Ordered): Promise<void> {
  const key = signer ?? (await readSigner(hub.broker.home.operatorKey));
  const [now, epoch] = [new Date(), auditor.heartbeat()?.epoch ?? ''];
  const entry = parseEntryId(hexDigest(bytes));
  const about = { id: parseCommandId(uuidv7()), verb: 'rule-out', org: LEDGER_OWNER, entry } as const;
  const content = { ...about, note: 'a test', place: { epoch, sequence: 2, ...place } };
  const token = await signCommand(content, { signer: key, federation: 'demo', now });
  const { person = 'nobody' } = await verifyCommand(token, { directory: hub.directory, now }).catch(
    () => ({}) as { person?: string },
  );
  const accepted = Math.floor(now.getTime() / 1000);
  const part = {
    type: 'command',
    command: about.id,
    verb: 'rule-out',
    person,
    entry,
    seq: 1,
    accepted,
    token: digest(token),
    outcome,
    code: null,
  } as const;
  const record = { org: LEDGER_OWNER, frame: parseFrameId('b'.repeat(64)), token, part, results: [] };
  const signed = await signCommandRecord(record, { signer: hub.signers.hub, federation: 'demo', now });
  await hub.publish(LEDGER_OWNER, signed.bytes);
}

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('auditor: a record that cannot be verified yet', () => {
  test('is never skipped: no heartbeat covers it or a later record', async () => {
    await between(await report(2, unknown), 'key-unknown');
    // A heartbeat may be under way while the alarm is raised.
    await rest(1_000);
    const { time, ...last } = auditor.heartbeat() ?? {};
    expect(last).toMatchObject({ seq: 1, count: 1 });
    await rest(1_000);
    expect([auditor.heartbeat()?.time, auditor.archive.count()]).toEqual([time, 1]);
    expect(auditor.reasons()).toEqual(['key-unknown']);
  });

  test('is archived in its place once the directory lists the key', async () => {
    await between(await report(2, unknown), 'key-unknown');
    listed = true;
    await waitUntil(() => auditor.heartbeat()?.seq === 3);
    expect(await numbersIn(auditor.archive)).toEqual([1, 2, 3].map((n) => `${n} ${n} ledger.interpol`));
    expect([auditor.alarms(), auditor.reasons()]).toEqual([[], []]);
  });

  test('blocks the archive as well if its form is of another version or its time in the future', async () => {
    const claims = {
      iss: 'hub',
      iat: Math.floor(Date.now() / 1000),
      aud: 'demo',
      org: 'interpol',
      frame: 'a'.repeat(64),
    };
    const typ = 'policy-record+jws' as Typ;
    const statement = await signSet({ typ, claims, parts: [], signer: hub.signers.hub });
    const bytes = await between(frames.record.encode({ statement, receipts: [] }), 'contract-unknown');
    await ruleOut({ bytes });
    await waitUntil(() => auditor.heartbeat()?.count === 4);
    const tomorrow = new Date(Date.now() + 86_400_000);
    await hub.publish('interpol', await hub.report('interpol', [noticePart(5)], { at: tomorrow }));
    await waits('issued-in-future');
    expect(auditor.archive.count()).toBe(4);
  });

  test('is skipped once an operator rules it out, and the command is archived permanently in its place', async () => {
    const bytes = await between(await report(2, unknown), 'key-unknown');
    await ruleOut({ bytes });
    await waitUntil(() => auditor.heartbeat()?.seq === 4);
    expect(await numbersIn(auditor.archive)).toEqual([
      ...[1, 2, 3].map((n) => `${n} ${n} ledger.interpol`),
      '4 4 ledger.hub',
    ]);
    const [number = 0] = auditor.archive.ruledOut(9);
    for await (const kept of auditor.archive.read(number, 1)) {
      const { id, note } = await verifyCommand(Buffer.from(kept.bytes).toString(), {
        directory: hub.directory,
        now: new Date(),
      });
      expect([kept.ruledOut, number, note]).toEqual([id, 2, 'a test']);
    }
    expect(auditor.alarms()).toEqual(['record-ruled-out key-unknown']);
    await auditor.stop();
    listed = true;
    auditor = await hub.audit();
    await waitUntil(() => auditor.heartbeat()?.count === 4);
  });

  test('is not ruled out by a command for other bytes or another place, without an outcome, or by a foreign key', async () => {
    const bytes = await between(await report(2, unknown), 'key-unknown');
    await ruleOut({ bytes: await report(2, unknown) });
    await ruleOut({ bytes, place: { sequence: 3 } });
    await ruleOut({ bytes, place: { epoch: 'another' } });
    await ruleOut({ bytes, outcome: 'refused' });
    await ruleOut({ bytes, signer: await importSigner(await generateKey('hub:operator:9')) });
    await rest(1_500);
    expect([auditor.archive.count(), auditor.archive.ruledOut(9)]).toEqual([1, []]);
    await ruleOut({ bytes });
    await waitUntil(() => auditor.archive.ruledOut(9).length === 1);
  });
});
