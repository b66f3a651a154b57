import { counted } from '../../../shared/wire/counted.js';
import type { CodeLens } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { parsePlace } from '../../../shared/workbench/check/finding.js';
import type { RuleEffect } from '../../../shared/workbench/map/rule-effects.js';
import type { FolderAnalysis, RuleEffects } from './analysis.js';
import { rulesInText } from './rules-in-text.js';

const WORDS = {
  permit: { receive: 'opens', disclose: 'opens sections on', advertise: 'announces sections on' },
  forbid: { receive: 'closes', disclose: 'withholds sections on', advertise: 'hides sections on' },
} as const;

/** Returns a line above each rule with an id: what the rule alone decides, and how many cases name it. */
export function lensesOf(
  document: TextDocument,
  { named }: FolderAnalysis,
  effects: RuleEffects,
): readonly CodeLens[] {
  const text = document.getText();
  return rulesInText(text).flatMap(({ id, start, effectSpan }) => {
    if (id === '') return [];
    const effect = text.slice(effectSpan.start, effectSpan.end) === 'forbid' ? 'forbid' : 'permit';
    const found = Object.hasOwn(effects, id) ? effects[id] : undefined;
    const cases = new Set(
      named.flatMap(({ rule, place, name }) => (rule === id ? [`${parsePlace(place).path} ${name}`] : [])),
    );
    const title = [...(found === undefined ? [] : [effectText(effect, found)]), counted(cases.size, 'case')];
    const position = document.positionAt(start);
    // A command without a name only shows its title.
    return [{ range: { start: position, end: position }, command: { title: title.join(', '), command: '' } }];
  });
}

/** Returns `opens 3 routes, opens sections on 12 routes`. */
function effectText(effect: 'permit' | 'forbid', counts: RuleEffect): string {
  const parts = (['receive', 'disclose', 'advertise'] as const).flatMap((what) =>
    counts[what] === 0 ? [] : [`${WORDS[effect][what]} ${counted(counts[what], 'route')}`],
  );
  return parts.length === 0 ? 'alone decides no route' : parts.join(', ');
}
