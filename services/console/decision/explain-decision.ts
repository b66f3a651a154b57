import type { OrgId } from '../../shared/kernel/ids.js';
import type { NoticePart } from '../../shared/ledger/record-parts.js';
import { setName, setOf } from '../../shared/policy/engine.js';
import { closingLines } from '../../shared/workbench/explain/closing-lines.js';
import { type PermissionAnswer, type Explanation, explain } from '../../shared/workbench/explain/explain.js';
import type { Workspace } from '../../shared/workbench/workspace.js';
import type { SeenDecision, SeenReport } from './ledger-records.js';
import type { ShownClosed, ShownRule, ShownWhy } from './shown-decision.js';

/** A recorded decision, and the record of the notice that it was made from. */
export interface Explained {
  readonly notice: NoticePart | undefined;
  readonly report: SeenReport;
  readonly part: SeenDecision;
}

/**
 * Explains a recorded decision in the words of the rules that decided. The text of a rule is shown only if its set has the
 * recorded digest, and conditions only where deciding again gives the recorded outcome. `workspace` is undefined while the live
 * policies cannot be read.
 */
export function explainDecision(workspace: Workspace | undefined, explained: Explained): ShownWhy {
  const { report, part, notice } = explained;
  const recorded = { rules: part.rules ?? [], originator: report.originator as OrgId, to: part.to };
  if (workspace === undefined) return { rules: rulesOf(recorded), rulesHere: 'unread', sets: [], closed: [] };
  if (part.because !== undefined)
    return { rules: rulesOf(recorded), rulesHere: 'same', sets: [], closed: [] };
  const digests = workspace.sets.digests;
  const others = setsOf(recorded).filter((name) => digests[name] !== report.policies?.[name]);
  const rules = rulesOf(recorded, (name) => !others.includes(name), workspace);
  if (others.length > 0) return { rules, rulesHere: 'other-rules', sets: others, closed: [] };
  const again = notice === undefined ? undefined : decideAgain(workspace, notice, part.to);
  if (again === undefined || !isAlike(again, part))
    return { rules, rulesHere: 'other-facts', sets: [], closed: [] };
  return { rules: withReasons(rules, again), rulesHere: 'same', sets: [], closed: closedOf(again) };
}

/**
 * Takes the reason of each rule from the repeated decision, which for a rule that denies by an error names
 * the error.
 */
function withReasons(rules: readonly ShownRule[], { decision }: Explanation): readonly ShownRule[] {
  const reasons = new Map(decision.rules.map(({ id, reason }) => [id, reason]));
  return rules.map((rule) => ({ ...rule, reason: reasons.get(rule.id) ?? rule.reason }));
}

interface Recorded {
  readonly rules: NonNullable<SeenDecision['rules']>;
  readonly originator: OrgId;
  readonly to: OrgId;
}

function setsOf({ originator, to }: Recorded): readonly string[] {
  return ['schema', 'federation', setName('export', originator), setName('import', to)];
}

function rulesOf(
  { rules, originator, to }: Recorded,
  isHere: (set: string) => boolean = () => false,
  workspace?: Workspace,
): readonly ShownRule[] {
  return rules.map(({ layer, id }) => {
    const set = setOf(layer, { originator, recipient: to });
    const rule = isHere(set) ? workspace?.sets.rules.get(id) : undefined;
    return { layer, id, reason: rule?.reason ?? null, article: rule?.article ?? null };
  });
}

/**
 * Undefined when a party is no longer a member. Addressees are not recorded, but as rules decided about this
 * recipient, it must have been an addressee.
 */
function decideAgain(workspace: Workspace, notice: NoticePart, to: OrgId): Explanation | undefined {
  const { organisations } = workspace.directory;
  const { attributes, sections } = notice;
  if (![attributes.originator, to].every((org) => organisations.has(org))) return undefined;
  return explain(workspace, { attributes, sections, addressees: [to] }, to);
}

function isAlike({ decision }: Explanation, part: SeenDecision): boolean {
  const names = (list: readonly string[] = []): string => list.toSorted().join();
  return (
    decision.outcome === part.outcome &&
    names(decision.sections) === names(part.sections) &&
    names(decision.advertised) === names(part.advertised) &&
    names(decision.rules.map(({ id }) => id)) === names(part.rules?.map(({ id }) => id))
  );
}

/** Returns the layers that close a denied notice, or else those that close each withheld section. */
function closedOf({ decision, receive, restriction, sections }: Explanation): readonly ShownClosed[] {
  if (decision.outcome === 'denied')
    return [
      ...layersOf(receive, { section: null, restriction: false }),
      ...(restriction === undefined ? [] : layersOf(restriction, { section: null, restriction: true })),
    ];
  return sections.flatMap(({ section, disclose }) => layersOf(disclose, { section, restriction: false }));
}

function layersOf(
  { layers }: PermissionAnswer,
  about: Pick<ShownClosed, 'section' | 'restriction'>,
): readonly ShownClosed[] {
  const closed = layers.filter(({ open }) => !open);
  return closed.map((answer) => ({ ...about, layer: answer.layer, lines: closingLines(answer) }));
}
