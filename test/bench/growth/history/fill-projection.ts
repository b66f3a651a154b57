import { v7 as uuidv7 } from 'uuid';
import { applyReceipts, applyReport } from '../../../../services/router/ledger/projection.js';
import {
  type FrameId,
  jtiOf,
  parseFrameId,
  parseNoticeId,
  type OrgId,
} from '../../../../services/shared/kernel/ids.js';
import {
  type ReceiptPart,
  signReceipt,
  type VerifiedReceipt,
} from '../../../../services/shared/ledger/receipt.js';
import type { ReportContent } from '../../../../services/shared/ledger/record-sign.js';
import type { Home } from '../../../../services/shared/runtime/home.js';
import type { RouterStore } from '../../../../services/shared/store/router/router-store.js';
import { hexDigest } from '../../../../services/shared/trust/digest.js';
import type { Directory } from '../../../../services/shared/trust/directory.js';
import { readSigner } from '../../../../services/shared/trust/keys.js';
import { readDirectory } from '../../../../services/shared/trust/read-directory.js';
import { sampleReports } from '../../parts/sample-report.js';
import { prepare } from '../../prepare.js';

/** Receipts for each frame; a frame holds one notice, so that a history has as many rows as it can. */
const RECEIPTS = 3;
const FRAMES_A_COMMIT = 500;
const YEAR_S = 365 * 86_400;

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
  const frames = Math.ceil(records / (1 + RECEIPTS));
  for (let from = 0; from < frames; from += FRAMES_A_COMMIT) {
    await store.commit(() => {
      for (let nth = from; nth < Math.min(frames, from + FRAMES_A_COMMIT); nth += 1)
        addFrame(store, sample, nth);
    });
    if (from % (100 * FRAMES_A_COMMIT) === 0) say(`${from * (1 + RECEIPTS)} records`);
  }
}

interface Sample {
  readonly directory: Directory;
  readonly report: ReportContent;
  /** One signed receipt of each recipient. */
  readonly receipts: readonly (VerifiedReceipt & { readonly set: Awaited<ReturnType<typeof signReceipt>> })[];
}

async function createSample(home: Home): Promise<Sample> {
  const directory = await readDirectory(home);
  const [prepared] = await prepare(home, directory, { count: 1 });
  if (prepared === undefined) throw new Error('no organisation');
  const report = (await sampleReports(directory, prepared))(1);
  const recipients = [...directory.organisations.values()]
    .map(({ id }) => id)
    .filter((id) => id !== prepared.org);
  const receipts = await Promise.all(
    recipients.slice(0, RECEIPTS).map((recipient) => sampleReceipt(home, { directory, report, recipient })),
  );
  return { directory, report, receipts };
}

async function sampleReceipt(
  home: Home,
  {
    directory,
    report,
    recipient,
  }: { readonly directory: Directory; readonly report: ReportContent; readonly recipient: OrgId },
): Promise<Sample['receipts'][number]> {
  const signer = await readSigner(home.org(recipient, 'receipt.jwk'));
  const key = directory.key(signer.kid);
  const notice = report.parts.find((part) => part.type === 'notice');
  if (key === undefined || notice === undefined) throw new Error('no key or no notice');
  const parts: readonly ReceiptPart[] = [
    { jti: notice.jti, digest: notice.digest, type: 'held', held: notice.digest } as ReceiptPart,
  ];
  const now = new Date();
  const about = { recipient, originator: report.org, delivery: report.frame, parts };
  const set = await signReceipt({ ...about, federation: directory.federation }, { signer, now });
  return { ...about, digest: '', issuedAt: now, key, set };
}

/** Adds the records of one frame, with ids and digests of their own. */
function addFrame(store: RouterStore, { report, receipts }: Sample, nth: number): void {
  const frame = parseFrameId(hexDigest(`frame ${nth}`));
  const jti = jtiOf(parseNoticeId(uuidv7()), 1);
  const parts = report.parts.map((part) => ({ ...part, jti }));
  const issuedAt = new Date();
  const position = (at: number) => {
    const place = { epoch: 'history', seq: nth * (1 + RECEIPTS) + at + 1 };
    return { place, isHere: false, bytes: null, kept: true };
  };
  const exp = Math.floor(issuedAt.getTime() / 1000) + YEAR_S;
  const notices = parts.flatMap((part) =>
    part.type === 'notice' ? [{ ...part, digest: hexDigest(`notice ${nth}`), exp }] : [],
  );
  applyReport(
    store,
    {
      ...report,
      frame,
      issuedAt,
      digest: hexDigest(`report ${nth}`),
      submission: { number: nth + 1, digest: hexDigest(`submission ${nth}`) },
      notices,
      decisions: parts.filter((part) => part.type === 'decision'),
      denials: parts.filter((part) => part.type === 'denial'),
    },
    position(0),
  );
  for (const [at, receipt] of receipts.entries())
    addReceipt(store, { receipt, frame, nth, jti }, position(at + 1));
}

function addReceipt(
  store: RouterStore,
  {
    receipt,
    frame,
    nth,
    jti,
  }: {
    readonly receipt: Sample['receipts'][number];
    readonly frame: FrameId;
    readonly nth: number;
    readonly jti: ReceiptPart['jti'];
  },
  position: Parameters<typeof applyReceipts>[2],
): void {
  const digest = hexDigest(`receipt ${nth} ${receipt.recipient}`);
  const parts = receipt.parts.map((part) => ({ ...part, jti }));
  const { recipient: org, issuedAt } = receipt;
  applyReceipts(
    store,
    {
      org,
      issuedAt,
      digest: hexDigest(`record of ${digest}`),
      frame: parseFrameId(digest),
      receipts: [{ ...receipt, digest, delivery: frame, parts }],
    },
    position,
  );
}
