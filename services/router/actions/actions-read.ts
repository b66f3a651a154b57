import type { RecordedAction } from '../../shared/ledger/action.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { readKnownAction } from './registers-of.js';

/** An action on the ledger that answers a request. */
interface Answering {
  readonly digest: string;
  /** When it was recorded, in milliseconds since 1970. */
  readonly at: number;
}

/**
 * Reads the actions on notices while one frame is judged. The actions of each notice are read from the store
 * once, because a notice has up to 256 of them with thousands of leaves.
 */
export interface ActionsRead {
  /** Returns all actions of its originator on a notice; a recall is not among them. */
  on(originator: string, id: string): readonly RecordedAction[];
  /**
   * Returns the declines of a request (named by its digest) or the unseals of a section, for one holder; without
   * those that a narrowing keeps from it.
   */
  answering(
    notice: { readonly originator: string; readonly id: string },
    to: { readonly holder: string } & ({ readonly request: string } | { readonly section: string }),
  ): readonly Answering[];
}

interface Read {
  readonly actions: readonly RecordedAction[];
  readonly answers: ReadonlyMap<string, readonly Answering[]>;
}

/** Creates the reader of one frame. */
export function createActionsRead({ actions }: Pick<RouterStore, 'actions'>): ActionsRead {
  const notices = new Map<string, Read>();
  const read = (originator: string, id: string): Read => {
    const key = `${originator} ${id}`;
    const found =
      notices.get(key) ?? readAll(actions.of(originator, id).filter(({ verb }) => verb !== 'cancel'));
    notices.set(key, found);
    return found;
  };
  return {
    on: (originator, id) => read(originator, id).actions,
    answering: ({ originator, id }, to) =>
      (read(originator, id).answers.get(keyOf(to)) ?? []).filter(
        ({ digest }) => !actions.isUnacted({ originator, action: digest, recipient: to.holder }),
      ),
  };
}

function readAll(known: ReturnType<RouterStore['actions']['of']>): Read {
  const answers = new Map<string, Answering[]>();
  const actions = known.map((row) => {
    const action = readKnownAction(row);
    for (const part of action.listed) {
      const isAnswer = 'request' in part || 'disclosure' in part;
      if (!isAnswer) continue;
      const key = keyOf({ holder: part.to, ...part });
      const before = answers.get(key) ?? [];
      before.push({ digest: row.digest, at: row.at });
      answers.set(key, before);
    }
    return action;
  });
  return { actions, answers };
}

function keyOf(
  to: { readonly holder: string } & ({ readonly request: string } | { readonly section: string }),
): string {
  return 'request' in to ? `${to.holder} request ${to.request}` : `${to.holder} section ${to.section}`;
}
