import { v7 as uuidv7 } from 'uuid';
import { type OrgId, parseNoticeId } from '../../services/shared/kernel/ids.js';
import { composeNotice, type Draft } from '../../services/shared/notice/draft.js';
import { KINDS } from '../../services/shared/notice/kinds.js';
import type { Home } from '../../services/shared/runtime/home.js';
import type { Directory } from '../../services/shared/trust/directory.js';
import { readSigner, type Signer } from '../../services/shared/trust/keys.js';
import { issueNotice } from '../../services/shared/trust/sd-jwt.js';
import type { Item } from '../../services/shared/wire/frames.js';
import { noticeItems } from '../../services/shared/wire/items.js';
import { exampleDraft } from './examples.js';

/** The items that one organisation sends, in order, signed before anything is measured. */
export interface SignedItems {
  readonly org: OrgId;
  /** The organisation's key of use `notice`, which also signs its submission statements. */
  readonly signer: Signer;
  readonly items: readonly Item[];
}

/** The notices of one organisation: its items, and the same as SD-JWTs. */
export interface Prepared extends SignedItems {
  readonly notices: readonly string[];
}

/** The number of notices per organisation, and the minimum size of a draft in bytes. */
export interface Preparing {
  readonly count: number;
  readonly bytes?: number;
  /**
   * Returns the drafts an organisation sends in turn; by default the example of each kind, addressed to all.
   */
  readonly draftsOf?: (org: OrgId) => readonly Draft[];
}

export async function prepare(
  home: Home,
  directory: Directory,
  { count, bytes = 0, draftsOf }: Preparing,
): Promise<readonly Prepared[]> {
  const examples = KINDS.map((kind) => exampleDraft(kind, { bytes }));
  const now = new Date();
  return Promise.all(
    [...directory.organisations.keys()].map(async (org) => {
      const signer = await readSigner(home.org(org, 'notice.jwk'));
      const issuing = { federation: directory.federation, signer };
      const drafts = draftsOf?.(org) ?? examples;
      const issued = Array.from({ length: count }, (_, index) => {
        const draft = drafts[index % drafts.length];
        if (draft === undefined) throw new Error('no example');
        const id = parseNoticeId(uuidv7());
        const number = now.getTime();
        return issueNotice(composeNotice(draft, { id, number, originator: org, now }), issuing);
      });
      const notices = await Promise.all(issued);
      return { org, signer, notices, items: noticeItems(notices) };
    }),
  );
}
