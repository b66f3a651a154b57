import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ShownRecordedNotice, ShownWhoSees } from '../../policies/shown-policies.js';
import { dayTimeInDigits } from '../format.js';
import { NoticeLink } from '../notice/notice-link.js';
import type { WorkbenchPanelProps } from './workbench-panel.js';
import { ChoiceField } from './choice-field.js';
import { Panel } from './panel.js';
import { SeesMatrix, summaryOf } from './sees-matrix.js';
import { type AnswerState, useAnswer } from './use-answer.js';
import { NONE_RECORDED, useRecorded } from './use-recorded.js';

type Source = 'example' | 'recorded';

/** Who sees which section of an example or of a recorded notice, and by which rule, before and after the edit. */
export function SeesPanel(props: WorkbenchPanelProps): JSX.Element {
  const [source, setSource] = useState<Source>('example');
  const choice = (
    <ChoiceField
      label="source"
      value={source}
      of={['example', 'recorded']}
      onChoose={(value) => setSource(value === 'recorded' ? value : 'example')}
    />
  );
  return source === 'example' ? (
    <OfExample {...props} choice={choice} />
  ) : (
    <OfRecorded {...props} choice={choice} />
  );
}

interface OfProps extends WorkbenchPanelProps {
  /** Chooses between examples and recorded notices. */
  readonly choice: JSX.Element;
}

function OfExample({ edit, organisations, kinds, onSessionEnd, choice }: OfProps): JSX.Element {
  const names = organisations.map(({ id }) => id);
  const [owner = ''] = edit.path.split('/');
  const [from, setFrom] = useState(names.includes(owner) ? owner : (names[0] ?? ''));
  const [example, setExample] = useState(kinds[0] ?? '');
  const answer = useAnswer<ShownWhoSees>('who-sees', { ...edit, from, example }, onSessionEnd);
  const tools = (
    <div class="choices">
      {choice}
      <ChoiceField label="example" value={example} of={kinds} onChoose={setExample} />
      <ChoiceField label="sent by" value={from} of={names} onChoose={setFrom} />
    </div>
  );
  return <Sees answer={answer} tools={tools} />;
}

function OfRecorded({ edit, onSessionEnd, choice }: OfProps): JSX.Element {
  const { recorded, errorText } = useRecorded(onSessionEnd);
  const [name, setName] = useState('');
  const found = recorded?.notices.find((notice) => nameOf(notice) === name) ?? recorded?.notices[0];
  const tools = (
    <div class="choices">
      {choice}
      {found !== undefined && (
        <ChoiceField
          label="notice"
          value={nameOf(found)}
          of={(recorded?.notices ?? []).map((notice) => ({ value: nameOf(notice), words: wordsOf(notice) }))}
          onChoose={setName}
        />
      )}
    </div>
  );
  if (found !== undefined)
    return <SeesRecorded key={nameOf(found)} {...{ edit, onSessionEnd, tools }} notice={found} />;
  return (
    <section class="card" aria-label="Who sees">
      <header>
        <h2>Who sees</h2>
      </header>
      {tools}
      <p class={errorText === '' ? 'nothing' : 'fault'} role="status">
        {errorText === '' ? (recorded === undefined ? 'Loading …' : NONE_RECORDED) : errorText}
      </p>
    </section>
  );
}

interface SeesRecordedProps extends Pick<WorkbenchPanelProps, 'edit' | 'onSessionEnd'> {
  readonly notice: ShownRecordedNotice;
  readonly tools: JSX.Element;
}

function SeesRecorded({ edit, onSessionEnd, notice, tools }: SeesRecordedProps): JSX.Element {
  const { jti: recorded, originator: from } = notice;
  const answer = useAnswer<ShownWhoSees>('who-sees', { ...edit, recorded, from }, onSessionEnd);
  const note = (
    <p class="quiet">
      As recorded: <NoticeLink jti={recorded}>{recorded}</NoticeLink>. Shows only the recipients about which
      rules decided.
    </p>
  );
  return <Sees answer={answer} tools={tools} note={note} />;
}

const nameOf = ({ originator, jti }: ShownRecordedNotice): string => `${originator} ${jti}`;
const wordsOf = ({ at, originator, kind, jti }: ShownRecordedNotice): string =>
  `${dayTimeInDigits(at)} ${kind} of ${originator}, ${jti.slice(0, 8)}…${jti.slice(-6)}`;

interface SeesProps {
  readonly answer: AnswerState<ShownWhoSees>;
  readonly tools: JSX.Element;
  readonly note?: JSX.Element;
}

function Sees({ answer, tools, note }: SeesProps): JSX.Element {
  return (
    <Panel
      title="Who sees"
      answer={answer}
      tools={tools}
      summary={summaryOf}
      show={(value) => (
        <>
          {note}
          <SeesMatrix {...value} />
        </>
      )}
    />
  );
}
