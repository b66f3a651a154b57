import { createDurableGroup, type DurableGroup } from '../durable-group.js';
import { createCounts, type GatewayCounts } from './gateway-counts.js';
import type { Database } from '../sqlite.js';
import { openGatewayDatabase } from './gateway-database.js';
import { type Asked, createAsked } from './gateway-asked.js';
import { createOwnEnds, type OwnEnds } from './gateway-end.js';
import { createEvidenceRows, type EvidenceRows } from './answers/evidence-rows.js';
import { createEvidence, type EvidenceStore } from './answers/kept-evidence.js';
import { createFacts, type GatewayFacts } from './gateway-facts.js';
import { createLogProofs, type LogProofs } from './log/log-proofs.js';
import { createLostNotices, type LostNotices } from './lost/lost-notices.js';
import { createFrames, type Frames } from './gateway-frames.js';
import { createOwnHolders, type OwnHolders } from './gateway-holders.js';
import { createHoldings, type Holdings } from './gateway-holdings.js';
import { createInboxLog } from './gateway-inbox-log.js';
import { createInbox, type Inbox } from './gateway-inbox.js';
import { createItemWords, type ItemWords } from './gateway-item-words.js';
import { createOwnItems, type OwnItems } from './gateway-items.js';
import { createOwnNotices, type OwnNotices } from './gateway-own.js';
import { createReceiptFrames, type ReceiptFrames } from './answers/receipt-frames.js';
import { createSettlement, type Settlement } from './gateway-settle.js';
import { createForget } from './gateway-forget.js';
import { createOwedAnswers, type OwedAnswers } from './gateway-owed-answers.js';
import { createOverdue, type Overdue } from './gateway-overdue.js';
import { createStatusPlaces, type StatusPlaces } from './gateway-status-places.js';
import { createInboxSweep } from './gateway-sweep-inbox.js';
import { createOwnWarnings } from './warnings/own-warnings.js';
import type { WarnedNotices } from './warnings/warned-notices.js';
import { createSweep, type Sweep } from './gateway-sweep.js';
import { createTextIndex, type TextIndex } from './gateway-text.js';

/** A dropped frame and the reason, without its content; only the last 10,000 are kept. */
export interface RejectedFrame {
  readonly frame: string | null;
  readonly class: string;
  readonly code: string;
  readonly at: number;
}

/** The database of one gateway. Methods that write belong into a `commit`. */
export interface GatewayStore extends DurableGroup {
  readonly facts: GatewayFacts;
  readonly own: OwnNotices;
  readonly frames: Frames;
  readonly settlement: Settlement;
  readonly items: OwnItems & ItemWords;
  readonly ends: OwnEnds;
  readonly asked: Asked;
  readonly holders: OwnHolders;
  readonly lost: LostNotices;
  readonly owed: OwedAnswers;
  readonly inbox: Inbox;
  readonly receiptFrames: ReceiptFrames;
  readonly evidence: EvidenceStore & EvidenceRows;
  readonly logProofs: LogProofs;
  readonly holdings: Holdings;
  readonly statusPlaces: StatusPlaces;
  /** The warnings of held and of own notices. */
  readonly warnings: { readonly held: WarnedNotices; readonly own: WarnedNotices };
  readonly ownText: TextIndex;
  readonly inboxText: TextIndex;
  readonly sweep: Sweep;
  readonly overdue: Overdue;
  /** Stores the reason why a frame was dropped. */
  reject(frame: RejectedFrame): void;
  /** The dropped frames, oldest first. */
  rejected(): readonly RejectedFrame[];
  counts(): GatewayCounts;
}

const MAX_REJECTIONS = 10_000;

/** Opens or creates a gateway's database. Throws `config-invalid` when it is damaged or a newer program wrote it. */
export function openGatewayStore(path: string): GatewayStore {
  const db = openGatewayDatabase(path);
  const facts = createFacts(db);
  const ownText = createTextIndex(db, facts, 'own');
  const inboxText = createTextIndex(db, facts, 'inbox');
  const [settlement, logProofs] = [createSettlement(db), createLogProofs(db)];
  const heldParts = { log: createInboxLog(db), forgetText: inboxText.forget };
  const inboxSweep = createInboxSweep(db, heldParts);
  const [receiptFrames, forget] = [createReceiptFrames(db, facts), createForget(db)];
  const life = createLife(db, { closeFrame: settlement.closeFrame, forgetOwnText: ownText.forget });
  return {
    ...createDurableGroup(db, path),
    facts,
    own: createOwnNotices(db, ownText.forget),
    frames: createFrames(db, facts),
    settlement,
    ...life,
    inbox: createInbox(db, { ...heldParts, expectProof: logProofs.expect }),
    logProofs,
    receiptFrames,
    evidence: { ...createEvidence(db), ...createEvidenceRows(db) },
    holdings: createHoldings(db, heldParts),
    statusPlaces: createStatusPlaces(db, facts),
    ownText,
    inboxText,
    sweep: createSweep(db, { ...life, inbox: inboxSweep, addWord: receiptFrames.add, forget }),
    warnings: { held: inboxSweep, own: createOwnWarnings(db, heldParts.log) },
    overdue: createOverdue(db),
    ...createRejections(db),
    counts: createCounts(db),
  };
}

interface LifeDeps {
  readonly closeFrame: (frame: number) => void;
  readonly forgetOwnText: (seq: number) => void;
}

/** Creates the parts about the life of own notices: actions, ends, requests, holders, lost notices and owed answers. */
function createLife(
  db: Database,
  deps: LifeDeps,
): Pick<GatewayStore, 'items' | 'ends' | 'asked' | 'holders' | 'lost' | 'owed'> {
  return {
    items: { ...createOwnItems(db, deps.closeFrame), ...createItemWords(db, deps.closeFrame) },
    ends: createOwnEnds(db, deps),
    asked: createAsked(db),
    holders: createOwnHolders(db),
    lost: createLostNotices(db),
    owed: createOwedAnswers(db),
  };
}

function createRejections(db: Database): Pick<GatewayStore, 'reject' | 'rejected'> {
  const reject = db.prepare<[string | null, string, string, number]>(
    'INSERT INTO rejected_frame (frame, class, code, at) VALUES (?, ?, ?, ?)',
  );
  const trim = db.prepare<[number]>('DELETE FROM rejected_frame WHERE seq <= ?');
  const rejected = db.prepare<[], RejectedFrame>(
    'SELECT frame, class, code, at FROM rejected_frame ORDER BY seq',
  );
  return {
    reject: ({ frame, class: name, code, at }) =>
      void trim.run(reject.run(frame, name, code, at).rowid - MAX_REJECTIONS),
    rejected: () => rejected.all(),
  };
}
