import { v7 as uuidv7 } from 'uuid';
import { jtiOf, parseFrameId, parseNoticeId, type OrgId } from '../../../../services/shared/kernel/ids.js';
import { signReceipt } from '../../../../services/shared/ledger/receipt/receipt.js';
import type { ReportContent } from '../../../../services/shared/ledger/record-sign.js';
import type { Home } from '../../../../services/shared/runtime/home.js';
import type { AppliedRecord } from '../../../../services/shared/store/router/router-ledger.js';
import type { RouterStore } from '../../../../services/shared/store/router/router-store.js';
import { hexDigest } from '../../../../services/shared/trust/digest.js';
import { readSigner } from '../../../../services/shared/trust/keys.js';
import { readDirectory } from '../../../../services/shared/trust/read-directory.js';
import { sampleReports } from '../../parts/sample-report.js';
import { prepare } from '../../prepare.js';

/** Receipts for each frame. A frame holds one notice, so that a history has as many rows as possible. */
const RECEIPTS = 3;
const FRAMES_A_COMMIT = 500;
const YEAR_S = 365 * 86_400;
/** The lists of a receipt for a delivery that is held as delivered. */
const LISTED = JSON.stringify({ except: [], actions: [] });

/** Fills a projection with records of an earlier epoch that the auditor has: a report and three receipts for each frame. */
export async function fillProjection(
  store: RouterStore,
  {
    home,
    records,
    say,
  }: { readonly home: Home; readonly records: number; readonly say: (words: string) => void },
): Promise<void> {
  const sample = await createSample(home);
  const count = Math.ceil(records / (1 + RECEIPTS));
  for (let from = 0; from < count; from += FRAMES_A_COMMIT) {
    await store.commit(() => {
      for (let nth = from; nth < Math.min(count, from + FRAMES_A_COMMIT); nth += 1)
        addFrame(store, sample, nth);
    });
    if (from % (100 * FRAMES_A_COMMIT) === 0) say(`${from * (1 + RECEIPTS)} records`);
  }
}

interface Sample {
  readonly report: ReportContent;
  readonly receipts: readonly SampleReceipt[];
}

interface SampleReceipt {
  readonly recipient: OrgId;
  /** The receipt as signed by its recipient. */
  readonly token: string;
}

/** A report by the shipped policies, and a signed receipt of each of the first recipients. */
async function createSample(home: Home): Promise<Sample> {
  const directory = await readDirectory(home);
  const [prepared] = await prepare(home, directory, { count: 1 });
  if (prepared === undefined) throw new Error('no organisation');
  const report = (await sampleReports(directory, prepared))(1);
  const recipients = [...directory.organisations.values()].map(({ id }) => id);
  const answering = recipients.filter((id) => id !== prepared.org).slice(0, RECEIPTS);
  const { federation } = directory;
  const receipts = await Promise.all(
    answering.map((recipient) => sampleReceipt(home, { federation, report, recipient })),
  );
  return { report, receipts };
}

async function sampleReceipt(
  home: Home,
  {
    federation,
    report: { org: originator, frame: delivery, parts: reported },
    recipient,
  }: { readonly federation: string; readonly report: ReportContent; readonly recipient: OrgId },
): Promise<SampleReceipt> {
  const signer = await readSigner(home.org(recipient, 'receipt.jwk'));
  const notice = reported.find((part) => part.type === 'notice');
  if (notice === undefined) throw new Error('no notice');
  const { digest: root } = notice;
  const token = await signReceipt(
    { recipient, federation, originator, delivery, records: [root], root, size: 1, except: [], actions: [] },
    { signer, now: new Date() },
  );
  return { recipient, token };
}

/** Adds the rows of the records of one frame, with ids and digests of their own. */
function addFrame(store: RouterStore, { report, receipts }: Sample, nth: number): void {
  const [originator, frame, at] = [report.org, parseFrameId(hexDigest(`frame ${nth}`)), Date.now()];
  const jti = jtiOf(parseNoticeId(uuidv7()), 1);
  const exp = Math.floor(at / 1000) + YEAR_S;
  const addRecord = (
    name: string,
    record: Pick<AppliedRecord, 'org' | 'frame' | 'type' | 'shares'>,
    seq: number,
  ): void =>
    store.ledger.add({
      ...record,
      digest: hexDigest(name),
      epoch: 'history',
      seq,
      at,
      exp,
      kept: true,
      bytes: null,
    });
  const first = nth * (1 + RECEIPTS) + 1;
  const shares = JSON.stringify({
    notices: [[jti, hexDigest(`notice ${nth}`)]],
    left: Object.fromEntries(receipts.map(({ recipient }) => [recipient, [0]])),
    gone: {},
  });
  addRecord(`report ${nth}`, { org: originator, frame, type: 'routing', shares }, first);
  store.ledger.submissions.add(originator, { number: nth + 1, digest: hexDigest(`submission ${nth}`) }, exp);
  const own = { originator, jti, digest: hexDigest(`notice ${nth}`), number: nth + 1, exp, frame, at };
  const parts = report.parts.map((part) => ('jti' in part ? { ...part, jti } : part));
  const decisions = JSON.stringify(parts.filter(({ type }) => type === 'decision' || type === 'denial'));
  const notice = { ...own, kind: 'red', state: 'active', part: JSON.stringify(parts[0]), decisions } as const;
  store.notices.put(notice, { epoch: 'history', seq: first });
  for (const [index, { recipient, token }] of receipts.entries()) {
    const name = `receipt ${nth} ${recipient}`;
    const delivery = { originator, frame, recipient };
    addRecord(
      `record of ${name}`,
      { org: recipient, frame: hexDigest(name), type: 'receipts' },
      first + index + 1,
    );
    store.deliveries.allow(delivery, exp);
    const digest = hexDigest(name);
    const said = { records: [hexDigest(`report ${nth}`)], root: own.digest, size: 1, listed: LISTED };
    store.deliveries.addReceipt({ ...delivery, ...said, digest, at, via: digest, token });
  }
}
