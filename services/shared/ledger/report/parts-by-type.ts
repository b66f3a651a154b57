import type {
  ActionPart,
  ActPart,
  AskPart,
  KeyRequestPart,
  ReleasePart,
  SeedPart,
  UnactPart,
} from '../record-own-parts.js';
import type { DecisionPart, DenialPart, NoticePart, RefusalPart, ReportPart } from '../record-parts.js';

/** The parts of a report, by their type. */
export interface PartsByType {
  readonly notices: readonly NoticePart[];
  readonly decisions: readonly DecisionPart[];
  readonly denials: readonly DenialPart[];
  readonly refusals: readonly RefusalPart[];
  /** The seed of each recipient's deliveries; none in a narrowing. */
  readonly seeds: readonly SeedPart[];
  readonly actions: readonly ActionPart[];
  readonly acts: readonly ActPart[];
  /** Actions that no longer go to a holder; none in a routing report. */
  readonly unacts: readonly UnactPart[];
  readonly asks: readonly AskPart[];
  readonly keyRequests: readonly KeyRequestPart[];
  readonly releases: readonly ReleasePart[];
}

/** Groups the parts of a report by their type. */
export function byType(parts: readonly ReportPart[]): PartsByType {
  return {
    notices: parts.filter((part) => part.type === 'notice'),
    decisions: parts.filter((part) => part.type === 'decision'),
    denials: parts.filter((part) => part.type === 'denial'),
    refusals: parts.filter((part) => part.type === 'refusal'),
    seeds: parts.filter((part) => part.type === 'seed'),
    actions: parts.filter((part) => part.type === 'action'),
    acts: parts.filter((part) => part.type === 'act'),
    unacts: parts.filter((part) => part.type === 'unact'),
    asks: parts.filter((part) => part.type === 'ask'),
    keyRequests: parts.filter((part) => part.type === 'key-request'),
    releases: parts.filter((part) => part.type === 'release'),
  };
}
