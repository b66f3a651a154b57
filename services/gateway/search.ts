import { setImmediate as turn } from 'node:timers/promises';
import type { InboxPage, InboxSearch } from '../shared/store/gateway-inbox.js';
import type { OwnRow, OwnSearch } from '../shared/store/gateway-own.js';
import type { GatewayStore } from '../shared/store/gateway-store.js';
import { readStoredCopy, wordsOf } from './read-sd-jwt.js';

/** Search by words, over the headers of own notices and over header and sections of held ones. */
export interface Search {
  own(search: OwnSearch): Promise<readonly OwnRow[]>;
  inbox(search: InboxSearch): Promise<InboxPage>;
  /** A little of what is not searchable yet, for quiet moments. */
  catchUp(): void;
}

const BATCH = 200;

export function createSearch(store: GatewayStore): Search {
  const own = (): boolean => store.ownText.catchUp(({ content }) => wordsOf(JSON.parse(content)), BATCH);
  const inbox = (): boolean =>
    store.inboxText.catchUp(({ content }) => wordsOf(readStoredCopy(content)), BATCH);
  return {
    own: async (search) => {
      if (search.text !== undefined) await untilDone(own);
      return store.own.search(search);
    },
    inbox: async (search) => {
      if (search.text !== undefined) await untilDone(inbox);
      return store.inbox.search(search);
    },
    catchUp: () => {
      own();
      inbox();
    },
  };
}

/** In steps, so that a first search over much does not hold up the traffic. */
async function untilDone(step: () => boolean): Promise<void> {
  while (!step()) await turn();
}
