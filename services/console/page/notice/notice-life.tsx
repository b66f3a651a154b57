import type { JSX } from 'preact';
import type { ShownHolder, ShownNoticeLife, ShownStep } from '../../decision/shown-notice-life.js';
import { count, dayTimeInWords, remaining } from '../format.js';

interface LifeProps {
  readonly life: ShownNoticeLife;
  /** The id of the notice, without a number. */
  readonly id: string;
}

/** What happened to a notice, oldest first: each step with its holders, and the answer that each signed or owes. */
export function NoticeLife({ life, id }: LifeProps): JSX.Element {
  const { originator, state, steps } = life;
  const title = `life-${originator}`;
  return (
    <section class="card life" aria-labelledby={title}>
      <header>
        <h2 id={title}>
          Life of the notice of {originator} <b class={TONES[state] ?? 'calm'}>{state}</b>
        </h2>
        <code>{id}</code>
      </header>
      <Ends life={life} />
      <ol class="steps">
        {steps.map((step, index) => (
          <Step key={index} step={step} />
        ))}
      </ol>
    </section>
  );
}

const TONES: Readonly<Record<string, string>> = { 'in force': 'good', suspended: 'part' };

function Ends({ life }: { life: ShownNoticeLife }): JSX.Element | null {
  const { state, suspendedUntil, ends, isEnding } = life;
  const left = ends === null ? 0 : Date.parse(ends) - Date.now();
  return (
    <>
      {suspendedUntil !== null && (
        <p>Suspended until {dayTimeInWords(suspendedUntil)}: holders keep it and do not show it.</p>
      )}
      {ends !== null && (state === 'in force' || state === 'suspended') && (
        <p class={isEnding ? 'part' : 'quiet'}>
          Ends {dayTimeInWords(ends)}, in {timeLeft(Math.max(0, left))}.
        </p>
      )}
    </>
  );
}

const DAY_MS = 86_400_000;

/** Formats a remaining time: whole days from two days on, else as `remaining` does. */
function timeLeft(ms: number): string {
  return ms < 2 * DAY_MS ? remaining(ms) : `${count(Math.floor(ms / DAY_MS))} days`;
}

function Step({ step: { step, at, reason, until, by, holders, record } }: { step: ShownStep }): JSX.Element {
  const owing = holders.filter(({ owesSince }) => owesSince !== null).length;
  return (
    <li>
      <div class="what">
        <span class="dot" aria-hidden="true" />
        <b>{step}</b> <span class="time">{dayTimeInWords(at)}</span>
        {reason !== null && <span class="word"> {reason}</span>}
        {until !== null && <span> until {dayTimeInWords(until)}</span>}
        {record !== undefined && <span class="quiet small"> record {count(record)}</span>}
        {by !== undefined && <p class="signed quiet">Signed by {signaturesOf(by)}.</p>}
      </div>
      {holders.length > MAX_OPEN ? (
        <details open={owing > 0}>
          <summary>
            {count(holders.length)} holders{owing > 0 && `, ${count(owing)} of them owe an answer`}
          </summary>
          <Holders holders={holders} />
        </details>
      ) : (
        holders.length > 0 && <Holders holders={holders} />
      )}
    </li>
  );
}

/** Names the operators. Two names come with the times of signing, because the first may have signed a day before. */
function signaturesOf(by: NonNullable<ShownStep['by']>): string {
  const [first, second] = by.map(({ person, at }) => ({ person, at: dayTimeInWords(at) }));
  if (first === undefined || second === undefined) return first?.person ?? '';
  return `${first.person} on ${first.at}, then by ${second.person} on ${second.at}`;
}

/** Maximum holders of a step that are listed without a click. */
const MAX_OPEN = 12;

function Holders({ holders }: { holders: readonly ShownHolder[] }): JSX.Element {
  return (
    <ul class="holders">
      {holders.map((holder) => (
        <li key={holder.org}>
          <span>{holder.org}</span>{' '}
          <span>
            {holder.sections !== null && `${holder.sections.join(', ')} `}
            <Answer holder={holder} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Answer({ holder: { answer, code, at, owesSince } }: { holder: ShownHolder }): JSX.Element {
  if (answer !== null)
    return (
      <>
        <b class={ANSWER_TONES[answer] ?? 'calm'}>{answer}</b> {code !== null && <b class="code">{code} </b>}
        {at !== null && <span class="time quiet">{dayTimeInWords(at)}</span>}
      </>
    );
  if (owesSince === null) return <span class="quiet">no answer needed any more</span>;
  return (
    <>
      <b class="part">owes an answer</b> <span class="time quiet">since {dayTimeInWords(owesSince)}</span>
    </>
  );
}

const ANSWER_TONES: Readonly<Record<string, string>> = {
  held: 'good',
  granted: 'good',
  kept: 'part',
  rejected: 'bad',
};
