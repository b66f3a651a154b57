import { setImmediate as nextTurn } from 'node:timers/promises';
import type { InboxPage, InboxSearch } from '../../shared/store/gateway/gateway-inbox.js';
import type { OwnPage, OwnSearch } from '../../shared/store/gateway/gateway-own.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { readOwnCopy, readStoredCopy, searchableWords } from './stored-copy.js';

/** Searches by words: in headers and sections of own notices, or in their headers alone, and in those of held notices. */
export interface Search {
  own(search: OwnSearch): Promise<OwnPage>;
  inbox(search: InboxSearch): Promise<InboxPage>;
  /** Adds to the index some of the notices that are not in it yet, in small steps. */
  catchUp(): Promise<void>;
}

/** Rows indexed in one turn of the event loop, which takes two to three milliseconds. */
const ROWS_PER_STEP = 20;
/** Two thousand rows in one call of `catchUp`, so that a gateway stops soon. */
const MAX_STEPS = 100;

/** Creates the search; a search by words first indexes what is not in the index yet. */
export function createSearch(store: GatewayStore): Search {
  const own = (): boolean =>
    store.ownText.catchUp(({ content }) => {
      const { header, sections } = readOwnCopy(content);
      return [searchableWords(header), searchableWords(sections)];
    }, ROWS_PER_STEP);
  const inbox = (): boolean =>
    store.inboxText.catchUp(({ content }) => [searchableWords(readStoredCopy(content))], ROWS_PER_STEP);
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

/** Runs steps until nothing is left or `most` steps were made; other work runs between steps. */
async function untilDone(step: () => boolean, most = Infinity): Promise<void> {
  for (let steps = 1; !step() && steps < most; steps += 1) await nextTurn();
}
