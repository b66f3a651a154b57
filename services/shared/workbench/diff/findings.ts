import type { Layer, Permission } from '../../policy/engine.js';
import type { Sides, ChangedLayer } from './layer-change.js';
import type { Verdicts } from './verdicts.js';

/**
 * One difference for a notice. `loosened`: more is disclosed or advertised, or an obligation is lost. `tightened`: the
 * contrary. `reason`: the same decision by other rules, or by rules with other annotations.
 */
export interface DiffFinding {
  readonly type: 'loosened' | 'tightened' | 'reason';
  readonly permission: Permission;
  /** The layer that caused the difference. */
  readonly layer: Layer;
  /** The rules that caused it: those that decided before and no longer do, and those that decide now. */
  readonly rules: Sides;
  /** The obligation that was lost or gained. */
  readonly obligation?: string;
}

/** Returns the differences in receiving a notice. */
export function receiveFindings(receive: Verdicts): readonly DiffFinding[] {
  const { before, after, opened, closed, reasonChanged } = receive;
  if (!before && after) return opened.map(as('loosened', 'receive'));
  if (before && !after) return closed.map(as('tightened', 'receive'));
  const changed = before ? dutyFindings('receive', receive, receive.duties) : [];
  return changed.length > 0 ? changed : reasonChanged.map(as('reason', 'receive'));
}

/** The answers that decide about one section. */
export interface SectionVerdicts {
  readonly receive: Verdicts;
  readonly disclose: Verdicts;
  readonly advertise: Verdicts;
}

/**
 * Returns the differences in a section, which is hidden, advertised or disclosed. Only a received notice has sections.
 * When the notice is received in one version alone, its sections are compared as if it were received in both, because
 * the difference in receiving is reported by itself.
 */
export function sectionFindings({ receive, disclose, advertise }: SectionVerdicts): readonly DiffFinding[] {
  const [before, after] = [levelOf('before'), levelOf('after')];
  if (after > before) {
    if (!receive.after) return [];
    return after === 2
      ? disclose.opened.map(as('loosened', 'disclose'))
      : advertise.opened.map(as('loosened', 'advertise'));
  }
  if (after < before) {
    if (!receive.before) return [];
    return before === 2
      ? disclose.closed.map(as('tightened', 'disclose'))
      : advertise.closed.map(as('tightened', 'advertise'));
  }
  if (!receive.before || !receive.after) return [];
  // An obligation that the notice as a whole still carries is not lost with a section.
  const demanded = { before: without(receive.duties.before), after: without(receive.duties.after) };
  const duties = {
    before: demanded.after(disclose.duties.before),
    after: demanded.before(disclose.duties.after),
  };
  const changed = before === 2 ? dutyFindings('disclose', disclose, duties) : [];
  return changed.length > 0 ? changed : disclose.reasonChanged.map(as('reason', 'disclose'));

  function levelOf(side: 'before' | 'after'): 0 | 1 | 2 {
    return disclose[side] ? 2 : advertise[side] ? 1 : 0;
  }
}

type ToFinding = (changed: ChangedLayer) => DiffFinding;

function as(type: DiffFinding['type'], permission: Permission): ToFinding {
  return ({ layer, rules }) => ({ type, permission, layer, rules });
}

const without =
  (duties: readonly string[]) =>
  (all: readonly string[]): readonly string[] =>
    all.filter((duty) => !duties.includes(duty));

function dutyFindings(
  permission: Permission,
  { reasonChanged }: Verdicts,
  { before, after }: Sides,
): readonly DiffFinding[] {
  const named = (type: DiffFinding['type'], obligations: readonly string[], side: keyof Sides) =>
    obligations.flatMap((obligation) =>
      reasonChanged.flatMap(({ layer, carriers }) => {
        const carrier = carriers.find((each) => each.obligation === obligation);
        if (carrier === undefined || carrier.rules[side].length === 0) return [];
        return [{ type, permission, layer, rules: carrier.rules, obligation }];
      }),
    );
  const [lost, gained] = [without(after)(before), without(before)(after)];
  return [...named('loosened', lost, 'before'), ...named('tightened', gained, 'after')];
}
