import type { JSX } from 'preact';
import type { ShownStage } from '../../../shared/notice/shown-stage.js';
import { dayTimeInWords } from '../format.js';

/** The stages of a notice at one recipient: each is reached, missed, or open until its deadline. */
export function NoticeStages({ stages }: { stages: readonly ShownStage[] }): JSX.Element {
  return (
    <ol class="stages" aria-label="Stages">
      {stages.map((stage) => (
        <li key={stage.stage}>
          <b class={LOOKS[stage.outcome].tone}>
            <span aria-hidden="true">{LOOKS[stage.outcome].mark}</span> {stage.stage}
          </b>
          <span class="hidden">{LOOKS[stage.outcome].word}</span>
          <span>{wordsOf(stage)}</span>
          <span class="time quiet small">{timeOf(stage)}</span>
        </li>
      ))}
    </ol>
  );
}

const LOOKS = {
  positive: { mark: '✓', word: 'reached', tone: 'good' },
  negative: { mark: '✗', word: 'missed', tone: 'bad' },
  open: { mark: '…', word: 'open', tone: 'part' },
} as const;

/** Leaves out a word that only repeats the name of the stage. */
function wordsOf({ stage, word, code, verb }: ShownStage): string {
  const said = word === 'no-evidence' ? 'no evidence' : word;
  return [verb, said === stage ? undefined : said, code].filter((one) => one !== undefined).join(' ');
}

function timeOf({ outcome, word, at, deadline }: ShownStage): string {
  const isDue = outcome === 'open' || word === 'no-evidence';
  if (isDue) return deadline === undefined ? '' : `due ${dayTimeInWords(deadline)}`;
  return at === undefined ? '' : dayTimeInWords(at);
}
