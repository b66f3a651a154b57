import { groupBy } from '../../shared/kernel/group-by.js';
import type { RecipientHistory, Revision } from './fold-decision.js';
import { numberIn } from './fold-decision.js';
import type { SeenAction, SeenRecord } from './ledger-records.js';
import type { ShownHolder } from './shown-notice-life.js';

/** An answer of a holder to an action or to a revision, as recorded. */
interface Answered {
  readonly org: string;
  /** The digest of the action, or the `jti` of the revision. */
  readonly about: string;
  /** The number of the action or revision, which orders answers; 0 for an action that the viewer does not see. */
  readonly number: number;
  readonly isEnd: boolean;
  readonly answer: string;
  readonly code: string | null;
  readonly at: string;
}

/** The answers of each holder, in the order of the ledger. */
export type HolderAnswers = ReadonlyMap<string, readonly Answered[]>;

/** Reads every answer of holders. */
export function answersIn(records: readonly SeenRecord[]): HolderAnswers {
  const actions = new Map<string, Pick<SeenAction, 'number'> & { readonly isEnd: boolean }>();
  for (const record of records)
    if (record.type !== 'receipt')
      for (const part of record.parts)
        if (part.type === 'action') actions.set(part.digest, { ...part, isEnd: part.verb === 'withdraw' });
        else if (part.type === 'recall') actions.set(part.digest, { ...part, isEnd: true });
  const answers = records.flatMap((record): readonly Answered[] => {
    if (record.type !== 'receipt') return [];
    return record.parts.map((part): Answered => {
      const about = { org: part.from, code: part.code ?? null, at: record.at };
      if (part.type !== 'answer')
        return { ...about, about: part.jti, number: numberIn(part.jti), isEnd: false, answer: part.type };
      const action = actions.get(part.action);
      const { number, isEnd } = action ?? { number: 0, isEnd: false };
      return { ...about, number, isEnd, about: part.action, answer: part.answer };
    });
  });
  return groupBy(answers, ({ org }) => org);
}

/** Returns the holders that a revision was handed to. A holder that answered something later owes no receipt for it. */
export function revisionHolders(
  { jti, recipients }: Revision,
  since: string,
  answered: HolderAnswers,
): readonly ShownHolder[] {
  return recipients.filter(isHanded).map(({ org }) => {
    const own = answered.get(org) ?? [];
    // A later `destroyed` or `kept` belongs to the step that caused it.
    const receipt = own.find((one) => one.about === jti);
    const isOvertaken = own.some(({ number }) => number > numberIn(jti));
    return holderOf(org, null, { receipt, owesSince: isOvertaken ? null : since });
  });
}

const isHanded = ({ decided, receipts }: RecipientHistory): boolean =>
  receipts.length > 0 || decided.at(-1)?.part.outcome !== 'denied';

/** Returns the holders that an action or a recall was handed to. A holder that answered a later end owes none. */
export function stepHolders(
  { digest, number, to, listed }: Pick<SeenAction, 'digest' | 'number' | 'to' | 'listed'>,
  since: string,
  answered: HolderAnswers,
): readonly ShownHolder[] {
  return to.map((org) => {
    const own = answered.get(org) ?? [];
    const receipt = own.findLast((one) => one.about === digest);
    const isOvertaken = own.some((one) => one.isEnd && one.number > number);
    const leaf = listed.find((one) => one.to === org);
    const sections = leaf?.section === undefined ? (leaf?.sections ?? null) : [leaf.section];
    return holderOf(org, sections, { receipt, owesSince: isOvertaken ? null : since });
  });
}

function holderOf(
  org: string,
  sections: readonly string[] | null,
  { receipt, owesSince }: { readonly receipt: Answered | undefined; readonly owesSince: string | null },
): ShownHolder {
  if (receipt === undefined) return { org, sections, answer: null, code: null, at: null, owesSince };
  const { answer, code, at } = receipt;
  return { org, sections, answer, code, at, owesSince: null };
}
