import type { NoticeId } from '../../shared/kernel/ids.js';
import type { CommandPart } from '../../shared/ledger/command-record.js';
import { recallNumber } from '../../shared/ledger/recall.js';
import type { RecordClaims } from '../record-facts.js';

/** An operator who signed a command, and when a router accepted it, in ISO 8601. */
interface Signatory {
  readonly person: string;
  readonly at: string;
}

/** The part of a command that proposed the recall of a notice, or carried it out. */
export interface RecallStatement {
  readonly type: 'recall';
  /** The digest of the command, which answers name. */
  readonly digest: string;
  readonly outcome: 'proposed' | 'cancelled';
  /** Orders it among the ends of the notice. */
  readonly number: number;
  readonly command: string;
  /** In the order in which they signed; both once the recall is in force. Only the federation sees them. */
  readonly by: readonly Signatory[];
  /** The originator, and each recipient that a record allowed a revision; empty for a proposal. */
  readonly to: readonly string[];
}

/** Reads the recall of one notice from its records, which it is given in the order of the ledger. */
export interface RecallReader {
  /** Notes the recipients that a report allows a revision: they owe an answer to a later recall. */
  report(record: {
    readonly type: 'routing' | 'narrowing';
    readonly originator: unknown;
    /** What it says about the notice. */
    readonly parts: readonly RecordClaims[];
  }): void;
  /** Reads a command; empty for one that is refused, or about something else than this recall. */
  command(record: {
    /** The digest of the record's statement. */
    readonly name: string;
    readonly originator: unknown;
    readonly part: RecordClaims | undefined;
  }): readonly RecordClaims[];
}

/** Creates the reader of the recall of a notice. */
export function createRecallReader(id: NoticeId): RecallReader {
  const proposals = new Map<string, Signatory>();
  const allowed = new Map<unknown, Set<string>>();
  return {
    report: ({ type, originator, parts }) => {
      const orgs = allowed.get(originator) ?? new Set<string>();
      allowed.set(originator, orgs);
      for (const part of parts) if (isAllowing(part, type)) orgs.add(String(part['to']));
    },
    command: ({ name, originator, part: said }) => {
      const part = said as unknown as CommandPart | undefined;
      if (part === undefined || part.verb !== 'cancel' || part.notice !== id) return [];
      const { outcome, token: digest, command, person, accepted, proposal = '' } = part;
      if (outcome !== 'proposed' && outcome !== 'cancelled') return [];
      const own = { person, at: new Date(accepted * 1000).toISOString() };
      const first = proposals.get(proposal);
      proposals.set(name, own);
      const isInForce = outcome === 'cancelled';
      const to = isInForce ? [...new Set([String(originator), ...(allowed.get(originator) ?? [])])] : [];
      const by = isInForce && first !== undefined ? [first, own] : [own];
      const number = recallNumber(part);
      const recall: RecallStatement = { type: 'recall', digest, outcome, number, command, by, to };
      return [{ ...recall }];
    },
  };
}

/** True for a decision that gave a revision to a recipient. A narrowing names only recipients that a record had allowed. */
function isAllowing({ type, outcome }: RecordClaims, record: 'routing' | 'narrowing'): boolean {
  return type === 'decision' && (record === 'narrowing' || outcome !== 'denied');
}

/**
 * Selects from the parts of a record those that an organisation may see of a recall: without the names of operators, and
 * nothing of a proposal. Returns other parts as they are.
 */
export function withoutOperators(parts: readonly RecordClaims[]): readonly RecordClaims[] {
  return parts.flatMap((part): readonly RecordClaims[] => {
    if (part['type'] !== 'recall') return [part];
    const { by: _by, command: _command, ...recall } = part;
    return recall['outcome'] === 'cancelled' ? [recall] : [];
  });
}
