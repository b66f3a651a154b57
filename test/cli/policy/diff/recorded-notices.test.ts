import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openArchive } from '../../../../services/auditor/archive.js';
import { openPolicyArchive } from '../../../../services/auditor/policy-archive.js';
import { openCosignedNotes } from '../../../../services/auditor/log/cosigned-notes.js';
import { parseWitnessPolicy } from '../../../../services/shared/tlog/witness-policy.js';
import { createHttp } from '../../../../services/auditor/http/http.js';
import { watchCallers } from '../../../../services/shared/trust/callers.js';
import { writeTokens } from '../../../../services/cli/init/first-keys.js';
import { recordedNotices } from '../../../../services/cli/policy/diff/recorded-notices.js';
import { errorFrom } from '../../../../services/shared/kernel/errors.js';
import { encodeBase64url } from '../../../../services/shared/kernel/base64url.js';
import { createLogger } from '../../../../services/shared/runtime/logger.js';
import { homeAt, type Home } from '../../../../services/shared/runtime/home.js';
import { heldParts } from '../../../../services/shared/ledger/report/held-parts.js';
import type { ReportPart } from '../../../../services/shared/ledger/record-parts.js';
import { frames } from '../../../../services/shared/wire/frames.js';
import type { RecordedNotice } from '../../../../services/shared/workbench/diff/traffic.js';
import { attributes } from '../../../shared/policy/folder.js';
import { alarmsFor } from '../../../support/alarms-for.js';
import { noDisclosures } from '../../../support/no-disclosures.js';

const JTI = '01890a5d-ac96-774b-bcce-b302099a8057.1';

/** Returns an unsigned record with these parts: `recordedNotices` verifies no signature. */
function record(type: 'routing' | 'narrowing', said: readonly object[]): Uint8Array {
  const held = heldParts(said as readonly ReportPart[], {
    reason: type,
    members: [],
    disclosedOf: noDisclosures,
  });
  const basis = { type: 'basis', submission: null, policies: {}, rules: held.rules };
  const parts = [TREE, basis, ...held.parts];
  const claims = encodeBase64url(Buffer.from(JSON.stringify({ type, org: 'alfa', iat: 1_790_000_000 })));
  const leaves = parts.map((part) => ({
    salt: Buffer.alloc(16),
    part: Buffer.from(JSON.stringify(part)),
  }));
  return frames.record.encode({ statement: { statement: `head.${claims}.signature`, leaves }, receipts: [] });
}

/** The part with which every report begins. */
const TREE = { type: 'tree', orgs: ['alfa', 'bravo', 'charlie'], decoys: 'A'.repeat(22) };

const notice = {
  type: 'notice',
  jti: JTI,
  digest: 'A'.repeat(43),
  number: 1,
  exp: 1,
  attributes,
  sections: ['identity'],
};
const decision = (to: string, more: object = {}): object => ({
  type: 'decision',
  jti: JTI,
  to,
  outcome: 'delivered',
  sections: ['identity'],
  withheld: [],
  advertised: [],
  obligations: [],
  rules: [],
  ...more,
});
const excluded = { outcome: 'denied', sections: [], because: 'excluded' };

function newHome(): Home {
  const root = mkdtempSync(join(tmpdir(), 'home-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return homeAt(root);
}

async function allOf(home: Home): Promise<readonly RecordedNotice[]> {
  const found: RecordedNotice[] = [];
  for await (const each of recordedNotices(home)) found.push(each);
  return found;
}

/** Creates a home whose auditor recorded a report and its narrowing. */
async function keptHome() {
  const home = newHome();
  const archive = await openArchive(home.auditorData);
  const records = [
    record('routing', [notice, decision('bravo'), decision('charlie', excluded)]),
    record('narrowing', [notice, decision('bravo', { outcome: 'denied', sections: [] })]),
  ];
  await archive.keep(
    records.map((bytes, index) => ({ epoch: 'e', seq: index + 1, subject: 'ledger.alfa', bytes })),
  );
  return { home, archive };
}

const at = new Date(1_790_000_000_000).toISOString();
const EXPECTED = [
  { jti: JTI, originator: 'alfa', at, attributes, sections: ['identity'], recipients: ['bravo'] },
];

test('recordedNotices: the auditor’s file yields each notice once, with the recipients that rules decided about', async () => {
  const { home, archive } = await keptHome();
  await archive.close();
  expect(await allOf(home)).toEqual(EXPECTED);
});

test('recordedNotices: a running auditor yields the same notices over HTTP', async () => {
  const { home, archive } = await keptHome();
  writeTokens(home, [], 1);
  const callers = watchCallers(home.hub('auditor', 'tokens.json'));
  const app = createHttp({
    host: '127.0.0.1',
    hostNames: [],
    archive,
    policies: openPolicyArchive(join(home.auditorData, 'policies')),
    sealer: {
      tile: () => Promise.resolve(undefined),
      cosigned: openCosignedNotes(
        home.auditorData,
        () => parseWitnessPolicy('quorum none\n'),
        () => {},
      ),
      shown: () => undefined,
      indexOf: () => 0,
      life: () => ({ life: 1 }),
      lacking: () => undefined,
      witnessed: () => Promise.resolve(),
      signedRoot: () => Promise.resolve(undefined),
    },
    callers,
    log: createLogger('auditor', 'silent'),
    alarms: alarmsFor(),
    reasons: () => [],
    waiting: () => undefined,
    progress: () => null,
    directory: () => ({ frame: new Uint8Array() }),
    clock: () => new Date(),
    held: { caughtUp: () => Promise.resolve() },
    adoptedExcess: () => Promise.reject(new Error('no policies')),
  });
  onTestFinished(async () => {
    await app.close();
    await archive.close();
  });
  const auditor = await app.listen({ host: '127.0.0.1', port: 0 });
  const others = { nats: '', monitor: '', router: '', gateways: {}, metrics: {}, processes: {} };
  writeFileSync(home.run, JSON.stringify({ pid: process.pid, auditor, ...others }));
  expect(await allOf(home)).toEqual(EXPECTED);
});

test('recordedNotices: a home without a recorded notice throws `unreachable`', async () => {
  const error = await allOf(newHome()).then(() => undefined, errorFrom);
  expect(error?.code).toBe('unreachable');
});
