import { setImmediate as turn } from 'node:timers/promises';
import type { InboxPage, InboxSearch } from '../../shared/store/gateway/gateway-inbox.js';
import type { OwnPage, OwnSearch } from '../../shared/store/gateway/gateway-own.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { readStoredCopy, searchableWords } from './stored-copy.js';

/** Search by words, over the headers of own notices and over header and sections of held ones. */
export interface Search {
  own(search: OwnSearch): Promise<OwnPage>;
  inbox(search: InboxSearch): Promise<InboxPage>;
  /** Makes searchable some of what is not yet, in small steps. */
  catchUp(): Promise<void>;
}

/** Two to three milliseconds: whoever is served meanwhile does not notice. */
const STEP = 20;
/** Two thousand rows: a gateway that stops does not wait long for them. */
const MAX_STEPS = 100;

export function createSearch(store: GatewayStore): Search {
  const own = (): boolean =>
    store.ownText.catchUp(({ content }) => searchableWords(JSON.parse(content)), STEP);
  const inbox = (): boolean =>
    store.inboxText.catchUp(({ content }) => searchableWords(readStoredCopy(content)), STEP);
  return {
    own: async (search) => {
      if (search.text !== undefined) await untilDone(own);
      return store.own.search(search);
    },
    inbox: async (search) => {
      if (search.text !== undefined) await untilDone(inbox);
      return store.inbox.search(search);
    },
    catchUp: async () => {
      await untilDone(own, MAX_STEPS);
      await untilDone(inbox, MAX_STEPS);
    },
  };
}

/** A first search over much does not hold up the traffic either. */
async function untilDone(step: () => boolean, most = Infinity): Promise<void> {
  for (let steps = 1; !step() && steps < most; steps += 1) await turn();
}
