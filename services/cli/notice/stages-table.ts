import type { ShownStage } from '../../shared/notice/shown-stage.js';
import { type Output, type Paint, table } from '../terminal/output.js';
import { timeText } from '../terminal/time-text.js';

/** The stages of a notice that are the same for all recipients, and those of each recipient. */
export interface StagedRecipients {
  readonly stages?: readonly ShownStage[];
  readonly recipients: readonly { readonly org: string; readonly stages?: readonly ShownStage[] }[];
}

const COLUMNS = ['routed', 'delivered', 'held', 'acted'];

/** Formats the stages: a line for the notice, and a row for each recipient that was not simply denied it. */
export function stagesText({ stages = [], recipients }: StagedRecipients, { paint, width }: Output): string {
  const day = stages[0]?.at?.slice(0, 10);
  const rows = recipients
    .filter((one) => one.stages?.some(({ stage, outcome }) => stage !== 'routed' || outcome === 'positive'))
    .map((one) => [
      paint.bold(one.org),
      ...COLUMNS.map((column) => {
        const found = one.stages?.find(({ stage }) => stage === column);
        return found === undefined ? paint.dim('–') : stageText(found, { paint, day });
      }),
    ]);
  const lines = stages.map((stage) => `${paint.dim('stages:')} ${stageText(stage, { paint })}`);
  const body = rows.length === 0 ? [] : [table(['recipient', ...COLUMNS], rows, { paint, width })];
  return [...lines, ...body].join('\n');
}

interface StageLook {
  readonly paint: Paint;
  /** The day that is left out of a time. */
  readonly day?: string | undefined;
}

/** A signed stage has its time; one that is awaited or without evidence has its deadline. */
function stageText(
  { outcome, word, code, verb, at = '', deadline }: ShownStage,
  { paint, day }: StageLook,
): string {
  const { green, red, yellow, dim } = paint;
  const marks = { positive: green('✓'), negative: red('✗'), open: yellow('…') };
  const isDue = deadline !== undefined && (outcome === 'open' || word === 'no-evidence');
  const signed = at.slice(0, 10) === day ? at.slice(11, 19) : timeText(at);
  const time = isDue ? `due ${timeText(deadline).slice(0, 16)}` : signed;
  return [marks[outcome], verb, word, code, dim(time)].filter((one) => (one ?? '') !== '').join(' ');
}
