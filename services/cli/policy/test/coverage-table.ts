import { type Coverage, type CoverageGap, percentOf } from '../../../shared/workbench/cases/coverage.js';
import { type Output, type Paint, table } from '../../terminal/output.js';

/** Formats the coverage figures, then the rules and conditions that no case covers. */
export function coverageTable(
  { rules, conditions, gaps }: Coverage,
  { paint, width }: Pick<Output, 'paint' | 'width'>,
): string {
  const figures = table(
    ['coverage', '', '', ''],
    [
      ['rules', `${rules.covered}/${rules.total}`, `${percentOf(rules)} %`, 'applied at least once'],
      [
        'conditions',
        `${conditions.covered}/${conditions.total}`,
        `${percentOf(conditions)} %`,
        'seen true and false',
      ],
    ],
    { paint, width },
  );
  if (gaps.length === 0) return figures;
  const named = [...new Set(gaps.map(({ rule }) => rule))];
  const list = named.map((rule) =>
    gapLines(
      gaps.filter((gap) => gap.rule === rule),
      paint,
    ),
  );
  return `${figures}\n\nnot covered\n${list.join('\n')}`;
}

function gapLines(gaps: readonly CoverageGap[], { bold, dim, yellow }: Paint): string {
  const { rule = '', place = '' } = gaps[0] ?? {};
  const lines = gaps.map((gap) =>
    gap.type === 'rule'
      ? `    ${yellow('never applied')}`
      : `    ${yellow(`never ${gap.missing.map(String).join(' nor ')}`.padEnd(20))}  ${gap.condition}`,
  );
  return [`  ${bold(rule)}  ${dim(place)}`, ...lines].join('\n');
}
