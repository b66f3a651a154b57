import type { Contradiction } from '../../../shared/workbench/recheck/contradiction.js';
import {
  type AnalysisState,
  type TimedRecheck,
  verdictState,
} from '../../../shared/workbench/recheck/recheck-document.js';
import type { Paint } from '../../terminal/output.js';

/** Formats a recheck on one line. */
export function recheckLine({ seed, notices, decisions, byCedar, millis }: TimedRecheck): string {
  const counts = `${count(notices)} random notices (${count(decisions)} answers of the evaluator, ${count(byCedar)} of Cedar)`;
  return `checked again with ${counts} in ${(millis / 1000).toFixed(1)} s, seed ${seed}`;
}

const count = (value: number): string => value.toLocaleString('en');

const SHOWN = 3;

/** Formats what is shown instead of a verdict: the contradictions, or what was not analysed. */
export function withheldText(state: AnalysisState, paint: Paint): string {
  const { cut, recheck } = state;
  const title = paint.red('NO VERDICT');
  const incomplete = cut.map((words) => `  ${words}`);
  if (verdictState(state) === 'contradicted') {
    const { contradictions } = recheck;
    return [
      `${title} the analysis contradicts the evaluator: a defect of this program, please report it`,
      ...contradictions.slice(0, SHOWN).map((each) => contradictionText(each, paint)),
      ...(contradictions.length > SHOWN ? [`… and ${contradictions.length - SHOWN} more`] : []),
      ...(cut.length === 0 ? [] : [['not analysed:', ...incomplete].join('\n')]),
      recheckLine(recheck),
    ].join('\n\n');
  }
  return [
    [`${title} the analysis is incomplete: these conditions were not analysed`, ...incomplete].join('\n'),
    recheckLine(recheck),
    '`--allow-incomplete` gives the verdict for what was analysed',
  ].join('\n\n');
}

function contradictionText(contradiction: Contradiction, { bold, dim }: Paint): string {
  const { about, version, layer, invariant, permission, example, analysis, evaluator, cedar } = contradiction;
  const { from, to, section } = example;
  const what = [
    ...(invariant === undefined ? [] : [`invariant ${invariant}`]),
    ...(layer === undefined ? [] : [layer]),
    ...(version === undefined ? [] : [`version ${version}`]),
    section === null ? permission : `${permission} ${section}`,
  ];
  return [
    `${bold(about)} ${what.join(', ')}, from ${from} to ${to}; as input for \`policy explain\`:`,
    dim(JSON.stringify(example)),
    ...(analysis === undefined ? [] : [`  the analysis: ${analysis}`]),
    `  the evaluator: ${evaluator}`,
    ...(cedar === undefined ? [] : [`  Cedar: ${cedar}`]),
  ].join('\n');
}
