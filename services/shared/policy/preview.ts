import type { OrgId } from '../kernel/ids.js';
import type { Section } from '../notice/kinds.js';
import type { Because } from '../notice/because.js';
import { decide } from './decision.js';
import type { Layer } from './engine.js';
import type { Verdict } from './layers.js';
import type { Row } from './row.js';

/**
 * One section of a preview, with the rule that discloses it (the originator's) or withholds it; null when there is
 * none.
 */
export interface PreviewCell {
  readonly effect: 'disclose' | 'withhold';
  readonly advertise: boolean;
  readonly layer: Layer;
  readonly rule: string | null;
  /** Set where a restriction by the originator takes what `rule` discloses. */
  readonly because?: Because;
}

/** One recipient of `notice preview --json` and `policy who-sees --json`. A denied one has no cells. */
export interface PreviewRow {
  readonly org: OrgId;
  readonly outcome: 'delivered' | 'redacted' | 'denied';
  /** For a deny by rules: the layer that denies, and its forbid; no rule when a permit is missing. */
  readonly layer?: Layer;
  readonly rule?: string;
  readonly because?: Because;
  readonly sections: Readonly<Partial<Record<Section, PreviewCell>>>;
}

/** Returns the preview of a recipient that is denied without rules. */
export function previewBecause(org: OrgId, because: Because): PreviewRow {
  return { org, outcome: 'denied', because, sections: {} };
}

/** Returns the row of a plan as a preview of a notice with the sections `present`. */
export function previewOf(org: OrgId, row: Row, present: readonly Section[]): PreviewRow {
  const { outcome, layer } = decide(org, row, present);
  if (!row.receive.open) {
    const [deciding] = row.receive.rules;
    return {
      org,
      outcome,
      ...(layer === undefined ? {} : { layer }),
      ...(deciding === undefined ? {} : { rule: deciding.id }),
      sections: {},
    };
  }
  const cells = present.toSorted().map((section) => {
    const { disclose, advertise } = row.cell(section);
    const effect = disclose.open ? ('disclose' as const) : ('withhold' as const);
    return [section, { effect, advertise, ...decidedBy(disclose) }] as const;
  });
  return { org, outcome, sections: Object.fromEntries(cells) };
}

/** A disclosed section is permitted by three layers; the preview names the originator's rule. */
function decidedBy(verdict: Verdict): { layer: Layer; rule: string | null } {
  const layer = verdict.open ? 'export' : verdict.layer;
  return { layer, rule: verdict.rules.find((rule) => rule.layer === layer)?.id ?? null };
}
