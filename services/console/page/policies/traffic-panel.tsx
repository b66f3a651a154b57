import type { JSX } from 'preact';
import type { ShownGain, ShownTraffic } from '../../policies/shown-policies.js';
import { count, dayTimeInDigits } from '../format.js';
import { NoticeLink } from '../notice/notice-link.js';
import type { WorkbenchPanelProps } from './workbench-panel.js';
import { Panel } from './panel.js';
import { useAnswer } from './use-answer.js';
import { NONE_RECORDED } from './use-recorded.js';

/** How the edited rules would decide the newest recorded notices, compared with the live rules. */
export function TrafficPanel({
  edit,
  onSessionEnd,
}: Pick<WorkbenchPanelProps, 'edit' | 'onSessionEnd'>): JSX.Element {
  const answer = useAnswer<ShownTraffic>('traffic', edit, onSessionEnd);
  const { value } = answer;
  const title =
    value === undefined || value.notices === 0
      ? 'On recorded notices'
      : `On the last ${count(value.notices)} recorded notices`;
  return <Panel title={title} answer={answer} summary={summaryOf} show={(shown) => <Traffic {...shown} />} />;
}

function summaryOf({ notices, differing }: ShownTraffic): string {
  if (notices === 0) return 'none recorded';
  return differing === 0 ? 'nothing' : `${count(differing)} would be decided differently`;
}

function Traffic(traffic: ShownTraffic): JSX.Element {
  const { notices, decisions, loosened, tightened, reasonOnly, differing, changed } = traffic;
  if (notices === 0) return <p class="nothing">{NONE_RECORDED}</p>;
  return (
    <>
      <p class="quiet">
        {count(decisions)} decisions compared: {count(loosened)} loosened, {count(tightened)} tightened,{' '}
        {count(reasonOnly)} by other rules or for other reasons.
      </p>
      <ul class="again">
        {changed.map((notice) => (
          <Changed key={`${notice.originator} ${notice.jti}`} {...notice} />
        ))}
      </ul>
      {differing > changed.length && <p class="quiet">and {count(differing - changed.length)} more</p>}
    </>
  );
}

function Changed({ jti, at, originator, kind, recipients }: ShownTraffic['changed'][number]): JSX.Element {
  return (
    <li>
      <p>
        <b>{kind}</b> of {originator} <span class="quiet">{dayTimeInDigits(at)}</span>{' '}
        <NoticeLink jti={jti}>
          <code>{jti}</code>
        </NoticeLink>
      </p>
      <ul>
        {recipients.map(({ to, loosened, tightened }) => (
          <li key={to}>
            {to}: <Gains tone="bad" of="loosened" gains={loosened} />{' '}
            <Gains tone="good" of="tightened" gains={tightened} />
          </li>
        ))}
      </ul>
    </li>
  );
}

interface GainsProps {
  readonly tone: string;
  readonly of: 'loosened' | 'tightened';
  readonly gains: readonly ShownGain[];
}

const WORDS = {
  loosened: {
    receive: 'receives it',
    disclose: '',
    advertise: 'learns of',
    obligation: 'no longer bound to',
  },
  tightened: {
    receive: 'no longer receives it',
    disclose: '',
    advertise: 'no longer learns of',
    obligation: 'bound to',
  },
} as const;

function Gains({ tone, of, gains }: GainsProps): JSX.Element | null {
  if (gains.length === 0) return null;
  const words = gains.map(({ what, name }) => [WORDS[of][what], name ?? ''].filter(Boolean).join(' '));
  return (
    <>
      <b class={tone}>{of}</b> {words.join(', ')}
    </>
  );
}
