import type { ActionVerb } from '../notice/action-verbs.js';
import type { RegisterItem } from '../notice/registers.js';

/** What an action changes in the registers of its notice. */
export type ActionItem = Exclude<RegisterItem, { readonly type: 'content' | 'expired' }>;

/** An action whose claims and leaves are read. */
interface ReadAction {
  readonly verb: ActionVerb;
  readonly number: number;
  /** Digest of its statement. */
  readonly digest: string;
  /** In seconds since 1970. */
  readonly until?: number | undefined;
  readonly expiresAt?: number | undefined;
  /** The leaves that the reader knows: all of them, or the holder's own. */
  readonly listed: readonly (RestrictedHolder | UnsealedHolder | DeclinedHolder)[];
}

interface RestrictedHolder {
  readonly to: string;
  readonly sections?: readonly string[];
}

interface UnsealedHolder {
  readonly to: string;
  readonly section: string;
  /** Digest of the SD-JWT. */
  readonly digest: string;
  readonly disclosure: string;
}

interface DeclinedHolder {
  readonly to: string;
  readonly request: string;
}

/**
 * Returns what an action does to the registers of its notice: one item, or one for each leaf of a restriction
 * or an unseal; nothing for a lift, a decline and a review.
 */
export function actionItemsOf(action: ReadAction): readonly ActionItem[] {
  const { verb, number, digest, until = 0, expiresAt = 0, listed } = action;
  const mark = { number, digest };
  switch (verb) {
    case 'withdraw':
    case 'resume':
      return [{ type: verb, ...mark }];
    case 'suspend':
      return [{ type: verb, ...mark, until: until * 1000 }];
    case 'extend':
      return [{ type: verb, ...mark, expiresAt: expiresAt * 1000 }];
    case 'restrict':
    case 'unseal':
      return listed.flatMap((part): readonly ActionItem[] => {
        if ('request' in part) return [];
        if ('disclosure' in part) {
          const { to, section, digest: notice, disclosure } = part;
          return [{ type: 'unseal', ...mark, to, section, notice, disclosure }];
        }
        const { to, sections } = part;
        return [{ type: 'restrict', ...mark, to, ...(sections === undefined ? {} : { sections }) }];
      });
    // A lift is about later revisions alone (docs/adr/0042).
    case 'lift':
    case 'decline':
    case 'review':
      return [];
  }
}
