/**
 * What the restrictions by the originator keep from one holder, of every revision, until they are lifted
 * (docs/adr/0042).
 */
export interface LastingBar {
  /** True for the whole notice. */
  readonly whole: boolean;
  /** Single sections, sorted. */
  readonly sections: readonly string[];
}

/** An accepted action; `listed` are its leaves. */
interface ListedAction {
  readonly verb: string;
  readonly number: number;
  readonly reason?: string | undefined;
  readonly listed: readonly {
    readonly to: string;
    /** Of a restriction and a lift; absent: the whole notice, or everything that is barred. */
    readonly sections?: readonly string[];
    /** Of an unseal. */
    readonly section?: string;
  }[];
}

/** The reason of a restriction that stays in force for later revisions. */
export const LASTING_REASON = 'by-originator';

/** True for a restriction that stays in force for later revisions; the others follow from policies and reports. */
export function isLastingBar({ verb, reason }: Pick<ListedAction, 'verb' | 'reason'>): boolean {
  return verb === 'restrict' && reason === LASTING_REASON;
}

/** Returns the bars in force, by holder. The order of the actions does not matter: in each register the highest number counts. */
export function lastingBars(actions: readonly ListedAction[]): ReadonlyMap<string, LastingBar> {
  const bars = new Map<string, LastingBar>();
  // Of one number, which no honest originator uses twice, the restriction counts.
  const inOrder = actions.toSorted(
    (a, b) => a.number - b.number || Number(isLastingBar(a)) - Number(isLastingBar(b)),
  );
  for (const action of inOrder)
    for (const leaf of action.listed) {
      const bar = barAfter(bars.get(leaf.to) ?? NO_BAR, action, leaf);
      if (bar.whole || bar.sections.length > 0) bars.set(leaf.to, bar);
      else bars.delete(leaf.to);
    }
  return bars;
}

const NO_BAR: LastingBar = { whole: false, sections: [] };

function barAfter(
  bar: LastingBar,
  action: ListedAction,
  { sections, section }: ListedAction['listed'][number],
): LastingBar {
  if (isLastingBar(action)) {
    if (sections === undefined) return { ...bar, whole: true };
    return { ...bar, sections: [...new Set([...bar.sections, ...sections])].toSorted() };
  }
  // An unseal says that the holder may have the section.
  const opened = action.verb === 'unseal' && section !== undefined ? [section] : sections;
  if (action.verb !== 'lift' && action.verb !== 'unseal') return bar;
  if (opened === undefined) return NO_BAR;
  return { ...bar, sections: bar.sections.filter((one) => !opened.includes(one)) };
}
