import { fail } from '../../shared/kernel/errors.js';
import type { FrameId, OrgId } from '../../shared/kernel/ids.js';
import type { Claims } from '../../shared/trust/jws.js';
import { parseShownOverheld, type ShownOverheld } from '../../shared/wire/shown-overheld.js';
import type { ShownStanding } from '../../shared/wire/shown-standing.js';
import { parseStanding } from './parse-standing.js';
import type { QueryClient } from './query-client.js';

/** What a gateway asks the hub about its own notices and about what it holds. Each throws as `QueryClient.ask` does. */
export interface HubQuestions {
  /** A page of who holds of this organisation's notices what it may not hold any more, after the `next` of another page. */
  overheld(after?: string): Promise<ShownOverheld>;
  /**
   * What the ledger has of this organisation: its newest statements, what became of at most 256 notices of others, and with
   * `after` a page of its own revisions after a number or the `next` of another page.
   */
  standing(about?: StandingQuestion): Promise<ShownStanding>;
  /** How far an own frame has got with one recipient; null if nothing is known. */
  delivery(
    frame: FrameId,
    recipient: OrgId,
  ): Promise<{ readonly recorded: boolean; readonly status: string | null }>;
}

/** What else to ask about besides the newest statements. */
interface StandingQuestion {
  readonly held?: readonly { readonly originator: string; readonly id: string }[];
  readonly after?: number | string;
}

/** The auditor judges every copy that it has not judged by these policies yet; a router drops older questions. */
const OVERHELD_TIMEOUT_MS = 30_000;

/** Creates the questions. */
export function createHubQuestions({ ask }: Pick<QueryClient, 'ask'>): HubQuestions {
  return {
    overheld: async (after) => {
      const question = { type: 'overheld', ...(after === undefined ? {} : { after }) };
      return expected(question.type, await ask(question, OVERHELD_TIMEOUT_MS), parseShownOverheld);
    },
    standing: async (about = {}) =>
      expected('standing', await ask({ type: 'standing', ...about }), parseStanding),
    delivery: async (frame, recipient) =>
      expected('delivery', await ask({ type: 'delivery', frame, recipient }), parseDelivery),
  };
}

function expected<T>(name: string, { type, ...answer }: Claims, parse: (answer: Claims) => T | undefined): T {
  const parsed = type === name ? parse(answer) : undefined;
  if (parsed === undefined) throw fail('token-malformed', 'an answer to another query');
  return parsed;
}

function parseDelivery({ recorded, status }: Claims) {
  const isStatus = status === null || typeof status === 'string';
  return typeof recorded === 'boolean' && isStatus ? { recorded, status } : undefined;
}
