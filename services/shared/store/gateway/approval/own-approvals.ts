import type { Database } from '../../sqlite.js';

/** A notice that was signed again with its approval. `header` is JSON; `sdJwt` has every disclosure. */
interface ApprovedOwn {
  readonly digest: string;
  readonly header: string;
  readonly sdJwt: string;
  /** The reason of break-glass and the id of the key that approved it; null for another notice. */
  readonly breakGlass: string | null;
  readonly breakGlassKid: string | null;
}

/** The revisions of own notices that await their approval. Methods that write belong into a transaction. */
export interface OwnApprovals {
  /** The number of revisions that await their approval. */
  awaiting(): number;
  /** Queues a revision that awaits its approval; false if it does not await it any more. */
  approve(seq: number, approved: ApprovedOwn): boolean;
  /**
   * Refuses the revisions of a notice that await their approval, because a later one replaces them. Erases their content, but not
   * that of revisions that the ledger has, which were approved after the backup.
   */
  supersede(id: string): void;
}

/** Creates the approvals on the table `own`. `forgetText` removes a revision from the text index. */
export function createOwnApprovals(db: Database, forgetText: (seq: number) => void): OwnApprovals {
  const approve = db.prepare<[string, string, string, string | null, string | null, number]>(
    `UPDATE own SET state = 'queued', digest = ?, header = ?, sd_jwt = ?, break_glass = ?, break_glass_kid = ?
     WHERE seq = ? AND state = 'awaiting-approval'`,
  );
  const awaiting = db.prepare<[], { readonly n: number }>(
    "SELECT count(*) AS n FROM own WHERE state = 'awaiting-approval'",
  );
  const erase = db.prepare<[string], { readonly seq: number }>(
    `UPDATE own SET header = NULL, sd_jwt = NULL, warn_at = NULL
     WHERE id = ? AND state = 'awaiting-approval' AND lost_open IS NULL RETURNING seq`,
  );
  const refuse = db.prepare<[string]>(
    "UPDATE own SET state = 'refused', code = 'superseded' WHERE id = ? AND state = 'awaiting-approval'",
  );
  return {
    approve: (seq, { digest, header, sdJwt, breakGlass, breakGlassKid }) =>
      approve.run(digest, header, sdJwt, breakGlass, breakGlassKid, seq).changes === 1,
    awaiting: () => awaiting.get()?.n ?? 0,
    supersede: (id) => {
      for (const { seq } of erase.all(id)) forgetText(seq);
      refuse.run(id);
    },
  };
}
