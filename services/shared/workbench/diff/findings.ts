import type { Layer, Permission } from '../../policy/engine.js';
import {
  isSameSection,
  type NoticeGrant,
  noticeEffects,
  type SectionGrant,
  sectionEffects,
  type ChangeEffect,
} from './direction.js';
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
  const effects = noticeEffects({ before: noticeOf(receive, 'before'), after: noticeOf(receive, 'after') });
  const found = effects.flatMap((effect) => findingsOf(effect, { permission: 'receive', verdicts: receive }));
  if (found.length > 0 || receive.before !== receive.after) return found;
  return receive.reasonChanged.map(as('reason', 'receive'));
}

/** The answers that decide about one section. */
export interface SectionVerdicts {
  readonly receive: Verdicts;
  readonly disclose: Verdicts;
  readonly advertise: Verdicts;
}

/** Returns the differences in a section, which is hidden, advertised or disclosed. */
export function sectionFindings(asked: SectionVerdicts): readonly DiffFinding[] {
  const compared = { before: sectionOf(asked, 'before'), after: sectionOf(asked, 'after') };
  const found = sectionEffects(compared).flatMap((effect) => {
    const permission = effect.what === 'advertise' ? 'advertise' : 'disclose';
    return findingsOf(effect, { permission, verdicts: asked[permission] });
  });
  if (found.length > 0 || !isSameSection(compared)) return found;
  return asked.disclose.reasonChanged.map(as('reason', 'disclose'));
}

function noticeOf(receive: Verdicts, side: keyof Sides): NoticeGrant {
  return { open: receive[side], obligations: receive.duties[side] };
}

function sectionOf({ receive, disclose, advertise }: SectionVerdicts, side: keyof Sides): SectionGrant {
  return {
    notice: noticeOf(receive, side),
    disclosed: disclose[side],
    advertised: advertise[side],
    obligations: disclose.duties[side],
  };
}

interface FindingParams {
  readonly permission: Permission;
  readonly verdicts: Verdicts;
}

/** Returns a finding for each layer that caused an effect. */
function findingsOf(effect: ChangeEffect, { permission, verdicts }: FindingParams): readonly DiffFinding[] {
  const { type } = effect;
  const isLooser = type === 'loosened';
  if (effect.what !== 'obligation') {
    return (isLooser ? verdicts.opened : verdicts.closed).map(as(type, permission));
  }
  const { obligation } = effect;
  return verdicts.reasonChanged.flatMap(({ layer, carriers }) => {
    const rules = carriers.find((each) => each.obligation === obligation)?.rules;
    if (rules === undefined || rules[isLooser ? 'before' : 'after'].length === 0) return [];
    return [{ type, permission, layer, rules, obligation }];
  });
}

type ToFinding = (changed: ChangedLayer) => DiffFinding;

function as(type: DiffFinding['type'], permission: Permission): ToFinding {
  return ({ layer, rules }) => ({ type, permission, layer, rules });
}
