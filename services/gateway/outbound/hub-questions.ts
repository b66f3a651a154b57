import { fail } from '../../shared/kernel/errors.js';
import { parseShownOverheld, type ShownOverheld } from '../../shared/wire/shown-overheld.js';
import type { QueryClient } from './query-client.js';

/** What a gateway asks the hub about its own notices and about what it holds. Each throws as `QueryClient.ask` does. */
export interface HubQuestions {
  /** A page of who holds of this organisation's notices what it may not hold any more, after the `next` of another page. */
  overheld(after?: string): Promise<ShownOverheld>;
}

/** The auditor judges every copy that it has not judged by these policies yet; a router drops older questions. */
const OVERHELD_TIMEOUT_MS = 30_000;

/** Creates the questions. */
export function createHubQuestions({ ask }: Pick<QueryClient, 'ask'>): HubQuestions {
  return {
    overheld: async (after) => {
      const question = { type: 'overheld', ...(after === undefined ? {} : { after }) };
      const { type, ...answer } = await ask(question, OVERHELD_TIMEOUT_MS);
      const page = type === 'overheld' ? parseShownOverheld(answer) : undefined;
      if (page === undefined) throw fail('token-malformed', 'an answer to another query');
      return page;
    },
  };
}
