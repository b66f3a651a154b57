import type { Attributes } from '../notice/attributes.js';
import type { LastingBar } from '../notice/lasting-bars.js';
import { type Decision, DENIED } from './decision.js';
import { type PreviewCell, type PreviewRow, previewBecause } from './preview.js';
import { RESTRICTION } from './row.js';

/**
 * Takes from a decision of the policies what a restriction by the originator bars. The recipient may know that a barred section
 * exists, because the policies would disclose it. Returns the same object when nothing is taken.
 */
export function applyBar(decision: Decision, bar: LastingBar | undefined, attributes: Attributes): Decision {
  if (bar === undefined || decision.outcome === 'denied') return decision;
  const { recipient } = decision;
  if (isWholeBarred(bar, attributes)) return { ...DENIED, recipient, rules: [], because: 'restricted' };
  const taken = decision.sections.filter((section) => bar.sections.includes(section));
  if (taken.length === 0) return decision;
  return {
    ...decision,
    outcome: 'redacted',
    sections: decision.sections.filter((section) => !taken.includes(section)),
    withheld: [...decision.withheld, ...taken].toSorted(),
    advertised: [...decision.advertised, ...taken].toSorted(),
  };
}

/** Does the same with a row of a preview; a cell that is taken has `because`. */
export function applyBarToPreview(
  row: PreviewRow,
  bar: LastingBar | undefined,
  attributes: Attributes,
): PreviewRow {
  if (bar === undefined || row.outcome === 'denied') return row;
  if (isWholeBarred(bar, attributes)) return previewBecause(row.org, 'restricted');
  const cells = Object.entries(row.sections).map(([section, cell]): readonly [string, PreviewCell] => {
    if (cell.effect === 'withhold' || !bar.sections.includes(section)) return [section, cell];
    return [section, { ...cell, effect: 'withhold', advertise: true, because: 'restricted' }];
  });
  const isRedacted = cells.some(([, { effect }]) => effect === 'withhold');
  return { ...row, outcome: isRedacted ? 'redacted' : 'delivered', sections: Object.fromEntries(cells) };
}

/** True for the whole notice, and for the handling note of a notice with H3, which is invalid without it. */
function isWholeBarred({ whole, sections }: LastingBar, { codes }: Attributes): boolean {
  return whole || (codes.includes('H3') && sections.includes(RESTRICTION));
}
