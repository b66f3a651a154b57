import type { JSX } from 'preact';
import type { ShownRecipient, ShownRevision, ShownHappening } from '../../decision/shown-decision.js';
import type { ShownSession } from '../../shown.js';
import { CommandLines } from '../widgets/command-lines.js';
import { explainCommand } from '../commands.js';
import { dayTimeInWords } from '../format.js';
import { NoticeStages } from './notice-stages.js';
import { NoticeWhy } from './notice-why.js';

interface RecipientProps {
  readonly recipient: ShownRecipient;
  readonly revision: ShownRevision;
  /** What the directory says of it. */
  readonly member: ShownSession['organisations'][number] | undefined;
}

/** One recipient of a revision: outcome, stages, history, sections, obligations, and the reasons. */
export function NoticeRecipient({ recipient, revision, member }: RecipientProps): JSX.Element {
  const { org, outcome, because, stages, happened, why } = recipient;
  const { notice, originator, jti } = revision;
  const title = `to-${jti}-${org}`;
  return (
    <section class="card recipient" aria-labelledby={title}>
      <header>
        <h3 id={title}>
          {org} <span class="quiet">{member?.name}</span>
          {member !== undefined && member.state !== 'member' && <b class="code"> {member.state}</b>}
        </h3>
        <b class={toneOf(outcome)}>{outcome}</b>
      </header>
      {because !== null && <p>{BEFORE_RULES[because] ?? because}</p>}
      {stages !== null && <NoticeStages stages={stages} />}
      <div class="halves">
        <History happened={happened} />
        <Lists recipient={recipient} />
      </div>
      {why !== null && <NoticeWhy why={why} outcome={outcome} because={because} />}
      {notice !== null && because === null && (
        <details>
          <summary>In a terminal</summary>
          <CommandLines lines={explainCommand(notice.attributes, { from: originator, to: org })} />
        </details>
      )}
    </section>
  );
}

const BEFORE_RULES: Readonly<Record<string, string>> = {
  excluded: 'Before any rule: the originator excludes this recipient.',
  'not-addressed': 'Before any rule: the notice lists its addressees, and this recipient is not one of them.',
  suspended: 'Before any rule: the recipient is suspended, is leaving or has left.',
  ended: 'Before any rule: the notice has ended.',
  'key-revoked': 'Before any rule: the key it was signed with is revoked.',
  restricted: 'A restriction by the originator is in force for this recipient.',
};

function toneOf(outcome: string): 'good' | 'part' | 'bad' | 'calm' {
  if (outcome === 'delivered') return 'good';
  if (outcome === 'redacted') return 'part';
  return outcome === 'denied' ? 'bad' : 'calm';
}

function Lists({ recipient }: { recipient: ShownRecipient }): JSX.Element {
  const { sections, advertised, withheld, obligations } = recipient;
  const lists = [
    ['disclosed', sections],
    ['announced', advertised],
    ['withheld', withheld],
    ['obligations', obligations],
  ] as const;
  return (
    <dl class="facts lists">
      {lists
        .filter(([, words]) => words.length > 0)
        .map(([word, words]) => (
          <div key={word}>
            <dt>{word}</dt>
            <dd>{words.join(', ')}</dd>
          </div>
        ))}
    </dl>
  );
}

/** What happened, oldest first, each with its evidence: a ledger record, or only a status event. */
function History({ happened }: { happened: readonly ShownHappening[] }): JSX.Element {
  return (
    <ol class="happened" aria-label="What happened">
      {happened.map(({ what, at, evidence, code }, index) => (
        <li key={index} class={evidence}>
          <span class="dot" aria-hidden="true" />
          <b>{what}</b> {code !== null && <b class="code">{code} </b>}
          <span class="time">{dayTimeInWords(at)}</span>{' '}
          <span class="quiet small">{evidence === 'ledger' ? 'on the ledger' : 'status event'}</span>
        </li>
      ))}
    </ol>
  );
}
