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
 * One difference for a notice. `loosened`: more is disclosed or advertised, or an obligation is lost.
 * `tightened`: the opposite. `errors`: denied now because a rule cannot be evaluated or something does not
 * fit the schema, whatever decided before. `reason`: the same decision by other rules, or by rules with other
 * annotations.
 */
export interface DiffFinding {
  readonly type: 'loosened' | 'tightened' | 'errors' | 'reason';
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
  const isSame = found.length === 0 && receive.before === receive.after;
  return [...found, ...failuresOf(receive, 'receive'), ...(isSame ? reasonsOf(receive, 'receive') : [])];
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
  const effects = sectionEffects(compared);
  if (effects.length === 0 && !isSameSection(compared)) return [];
  const found = effects.flatMap((effect) => {
    const permission = effect.what === 'advertise' ? 'advertise' : 'disclose';
    return findingsOf(effect, { permission, verdicts: asked[permission] });
  });
  const isSame = found.length === 0 && isSameSection(compared);
  return [
    ...found,
    ...failuresOf(asked.disclose, 'disclose'),
    // The router does not ask whether a disclosed section is advertised.
    ...(compared.after.disclosed ? [] : failuresOf(asked.advertise, 'advertise')),
    ...(isSame ? reasonsOf(asked.disclose, 'disclose') : []),
  ];
}

function noticeOf(receive: Verdicts, side: keyof Sides): NoticeGrant {
  return { open: receive[side], obligations: receive.obligations[side] };
}

function sectionOf({ receive, disclose, advertise }: SectionVerdicts, side: keyof Sides): SectionGrant {
  return {
    notice: noticeOf(receive, side),
    disclosed: disclose[side],
    advertised: advertise[side],
    obligations: disclose.obligations[side],
  };
}

interface FindingParams {
  readonly permission: Permission;
  readonly verdicts: Verdicts;
}

const isSound = ({ fails }: ChangedLayer): boolean => !fails;

/** Returns a finding for each layer that now denies because of an error. */
function failuresOf({ closed, reasonChanged }: Verdicts, permission: Permission): readonly DiffFinding[] {
  return [...closed, ...reasonChanged].filter(({ fails }) => fails).map(as('errors', permission));
}

function reasonsOf({ reasonChanged }: Verdicts, permission: Permission): readonly DiffFinding[] {
  return reasonChanged.filter(isSound).map(as('reason', permission));
}

/** Returns a finding for each layer that caused an effect, unless the layer denies because of an error. */
function findingsOf(effect: ChangeEffect, { permission, verdicts }: FindingParams): readonly DiffFinding[] {
  const { type } = effect;
  const isLooser = type === 'loosened';
  if (effect.what !== 'obligation') {
    return (isLooser ? verdicts.opened : verdicts.closed).filter(isSound).map(as(type, permission));
  }
  const { obligation } = effect;
  return verdicts.reasonChanged.flatMap(({ layer, byObligation }) => {
    const rules = byObligation.find((each) => each.obligation === obligation)?.rules;
    if (rules === undefined || rules[isLooser ? 'before' : 'after'].length === 0) return [];
    return [{ type, permission, layer, rules, obligation }];
  });
}

type ToFinding = (changed: ChangedLayer) => DiffFinding;

function as(type: DiffFinding['type'], permission: Permission): ToFinding {
  return ({ layer, rules }) => ({ type, permission, layer, rules });
}
