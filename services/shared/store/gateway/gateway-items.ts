import { fail } from '../../kernel/errors.js';
import type { Database, SqlValue } from '../sqlite.js';
import { createGiveUp, createLeaveFrame, createSendAgain } from './gateway-refused-items.js';
import type { Idempotency } from './gateway-own.js';

/**
 * The state of an own item: `held` until a person confirms it, `queued` until its report, `routed` until its last receipt;
 * `ended` when its notice ended before it was settled.
 */
export type ItemState = 'held' | 'queued' | 'routed' | 'settled' | 'refused' | 'ended';

/** A holder that a listed action is for, with the sections or the request that it concerns. */
export interface MeantHolder {
  readonly to: string;
  /** The sections of a restriction; absent for the whole notice. */
  readonly sections?: readonly string[];
  /** The section of an unseal. */
  readonly section?: string;
  /** The digest of the request that a decline answers. */
  readonly request?: string;
}

/** What an item orders besides its verb; times in seconds since the epoch. */
export interface ItemFields {
  readonly reason?: string;
  readonly until?: number;
  readonly expiresAt?: number;
  readonly meant?: readonly MeantHolder[];
  /** A restriction that means every holder, also one that the originator does not know of. */
  readonly everyone?: true;
  /** The section and purpose of a request. */
  readonly section?: string;
  readonly purpose?: string;
  /** The digest of the record by which the hub recalled the notice. */
  readonly record?: string;
  /** Of a review: the revision that used break-glass, and what the person who reviewed signed. */
  readonly jti?: string;
  readonly review?: string;
  /** The version of a policy release. */
  readonly version?: number;
}

/** An own action, a request for a section, a key request or a policy release, to be stored. `at` in milliseconds since the epoch. */
export interface NewItem {
  /** Of the notice that it is about; `hub` for a key request, the own organisation for a policy release. */
  readonly originator: string;
  /** Of the notice; for a key request the id of the key. */
  readonly id: string;
  readonly kind: string;
  readonly verb: string;
  readonly fields: ItemFields;
  /** Ordered by the gateway itself, without a person. */
  readonly derived: boolean;
  /** It is an end or a bar that counts towards the bound of an hour. */
  readonly counted: boolean;
  /** It is an end, a bar or an extension, which is sent before everything else that waits, in a frame without notices. */
  readonly first: boolean;
  /** How many organisations it can be handed to. */
  readonly pairs: number;
  readonly at: number;
  /** Undefined while it is held, or when it is never sent. */
  readonly signed?: SignedItem | undefined;
}

/** An item as signed: its number, the digest of its statement, and its encoded form. */
export interface SignedItem {
  readonly number: number;
  readonly digest: string;
  readonly bytes: Uint8Array;
}

/** A stored own item. */
export interface ItemRow extends Omit<NewItem, 'signed'> {
  readonly seq: number;
  /** 0 while it is held. */
  readonly number: number;
  readonly digest: string | null;
  readonly state: ItemState;
  readonly code: string | null;
}

/** A request that was answered: by an unseal of its section, or by a decline that names its digest. */
export type ClosedRequest = {
  readonly originator: string;
  readonly id: string;
} & (
  | { readonly verb: 'unseal'; readonly section: string }
  | { readonly verb: 'decline'; readonly request: string }
);

/** The items of a gateway besides its notices. Methods that write belong into a transaction. */
export interface OwnItems {
  /** Stores an item, as `held`, `queued` or, if it is never sent, `settled`. */
  insert(item: NewItem, state: 'held' | 'queued' | 'settled'): ItemRow;
  /**
   * Stores the signature of a held or refused item, and sets this state. Releases the unsettled rest of the
   * frame in which it was refused, which cannot be sent again without it.
   */
  signed(seq: number, item: NewItem & { readonly signed: SignedItem }, state: 'queued' | 'settled'): ItemRow;
  /** Closes an own request for a section of another's notice, which its originator answered. */
  closeRequest(request: ClosedRequest): void;
  /** Queues the actions on a notice again that the hub refused because it did not know the notice yet. */
  sendAgain(id: string): void;
  /** Ends a refused item that cannot be signed again: its notice ended, or its order is not possible. */
  giveUp(seq: number): void;
  /** Items that the router refused only because their number was too low or too high, oldest first. */
  refusedByNumber(limit: number): readonly ItemRow[];
  /** The row that this key stored before. Throws `idempotency-conflict` when it came with another body. */
  remembered(idempotency: Idempotency): ItemRow | undefined;
  remember(idempotency: Idempotency, seq: number, at: number): void;
  read(seq: number): ItemRow | undefined;
  byDigest(digest: string): ItemRow | undefined;
  /** The items about a notice, by number. */
  of(originator: string, id: string): readonly ItemRow[];
  /** The items with a `seq` after this one that wait for a confirmation, oldest first. */
  held(page: { readonly after: number; readonly limit: number }): readonly ItemRow[];
  /** How many items that count towards the bound of an hour were ordered since `from` (ms), without held ones. */
  counted(from: number): number;
}

interface StoredItem extends Omit<ItemRow, 'fields' | 'derived' | 'counted' | 'first'> {
  readonly fields: string;
  readonly derived: number;
  readonly counted: number;
  readonly first: number;
}

const COLUMNS =
  'seq, originator, id, kind, number, verb, digest, fields, derived, counted, first, pairs, at, state, code';

/** Creates the items on the tables `own_item` and `idempotency`. */
export function createOwnItems(db: Database, closeFrame: (frame: number) => void): OwnItems {
  const bySeq = db.prepare<[number], StoredItem>(`SELECT ${COLUMNS} FROM own_item WHERE seq = ?`);
  const byDigest = db.prepare<[string], StoredItem>(`SELECT ${COLUMNS} FROM own_item WHERE digest = ?`);
  const byNotice = db.prepare<[string, string], StoredItem>(
    `SELECT ${COLUMNS} FROM own_item WHERE id = ? AND originator = ? ORDER BY number, seq`,
  );
  const held = db.prepare<[number, number], StoredItem>(
    `SELECT ${COLUMNS} FROM own_item INDEXED BY own_item_held WHERE state = 'held' AND seq > ? ORDER BY seq LIMIT ?`,
  );
  const close = db.prepare<[string, number]>(
    "UPDATE own_item SET state = 'ended', code = ? WHERE seq = ? AND state IN ('queued', 'settled')",
  );
  const again = db.prepare<[number], StoredItem>(
    `SELECT ${COLUMNS} FROM own_item INDEXED BY own_item_again
     WHERE state = 'refused' AND code IN ('superseded', 'too-far-ahead') AND verb <> 'release' ORDER BY seq LIMIT ?`,
  );
  const counted = db.prepare<[number], { readonly n: number }>(
    `SELECT count(*) AS n FROM own_item INDEXED BY own_item_counted
     WHERE counted = 1 AND at > ? AND state <> 'held'`,
  );
  const read = (seq: number): ItemRow | undefined => shown(bySeq.get(seq));
  return {
    ...writing(db, { read, closeFrame }),
    ...remembering(db, read),
    read,
    byDigest: (digest) => shown(byDigest.get(digest)),
    of: (originator, id) => byNotice.all(id, originator).map(itemOf),
    closeRequest: (request) => {
      const items = byNotice.all(request.id, request.originator).map(itemOf);
      for (const { seq } of items.filter((item) => isAbout(item, request))) close.run(request.verb, seq);
    },
    held: ({ after, limit }) => held.all(after, limit).map(itemOf),
    sendAgain: createSendAgain(db, closeFrame),
    giveUp: createGiveUp(db),
    refusedByNumber: (limit) => again.all(limit).map(itemOf),
    counted: (from) => counted.get(from)?.n ?? 0,
  };
}

function isAbout({ verb, digest, fields }: ItemRow, request: ClosedRequest): boolean {
  if (verb !== 'request') return false;
  return request.verb === 'decline' ? digest === request.request : fields.section === request.section;
}

interface WritingDeps {
  readonly read: OwnItems['read'];
  readonly closeFrame: (frame: number) => void;
}

function writing(db: Database, { read, closeFrame }: WritingDeps): Pick<OwnItems, 'insert' | 'signed'> {
  const add = db.prepare<SqlValue[]>(
    `INSERT INTO own_item (originator, id, kind, number, verb, digest, fields, derived, counted, first, pairs, at, state)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const keep = db.prepare<[Uint8Array, number]>('UPDATE own_item SET bytes = ? WHERE seq = ?');
  const sign = db.prepare<[number, string, string, Uint8Array, number, string, number]>(
    `UPDATE own_item SET number = ?, digest = ?, fields = ?, bytes = ?, at = ?, state = ?, code = NULL, frame = NULL
     WHERE seq = ? AND state IN ('held', 'refused')`,
  );
  const leaveFrame = createLeaveFrame(db, closeFrame);
  const stored = (seq: number): ItemRow => {
    const row = read(seq);
    if (row === undefined) throw fail('internal', 'a stored item is missing');
    return row;
  };
  return {
    insert: ({ signed, ...item }, state) => {
      const { originator, id, kind, verb, fields, derived, counted, first, pairs, at } = item;
      const [number, digest] = [signed?.number ?? 0, signed?.digest ?? null] as const;
      const flags = [Number(derived), Number(counted), Number(first)] as const;
      const about = [originator, id, kind, number, verb, digest, JSON.stringify(fields)] as const;
      const { rowid: seq } = add.run(...about, ...flags, pairs, at, state);
      if (signed !== undefined && state === 'queued') keep.run(signed.bytes, seq);
      return stored(seq);
    },
    signed: (seq, { signed: { number, digest, bytes }, fields, at }, state) => {
      leaveFrame(seq);
      sign.run(number, digest, JSON.stringify(fields), bytes, at, state, seq);
      return stored(seq);
    },
  };
}

function remembering(db: Database, read: OwnItems['read']): Pick<OwnItems, 'remembered' | 'remember'> {
  const byKey = db.prepare<[string, string], { readonly body: string; readonly item: number | null }>(
    'SELECT body, item FROM idempotency WHERE caller = ? AND key = ?',
  );
  const remember = db.prepare<[string, string, string, number, number]>(
    'INSERT INTO idempotency (caller, key, body, own, item, at) VALUES (?, ?, ?, 0, ?, ?)',
  );
  return {
    remembered: ({ caller, key, body }) => {
      const before = byKey.get(caller, key);
      if (before === undefined) return undefined;
      if (before.body === body && before.item !== null) return read(before.item);
      throw fail('idempotency-conflict', 'this key was used before with another body');
    },
    remember: ({ caller, key, body }, seq, at) => void remember.run(caller, key, body, seq, at),
  };
}

function shown(row: StoredItem | undefined): ItemRow | undefined {
  return row && itemOf(row);
}

function itemOf({ fields, derived, counted, first, ...row }: StoredItem): ItemRow {
  const flags = { derived: derived === 1, counted: counted === 1, first: first === 1 };
  return { ...row, fields: JSON.parse(fields) as ItemFields, ...flags };
}
