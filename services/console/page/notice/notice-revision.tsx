import type { JSX } from 'preact';
import type { ShownSession } from '../../shown.js';
import type { ShownFacts, ShownRecord, ShownRevision } from '../../decision/shown-decision.js';
import { CommandLines } from '../widgets/command-lines.js';
import { commandsOf, evidenceCommand } from '../commands.js';
import { count, dayTimeInWords } from '../format.js';
import { NoticeRecipient } from './notice-recipient.js';

interface RevisionProps {
  readonly revision: ShownRevision;
  readonly session: ShownSession;
}

/** One revision of a notice: its recorded header, then a card for each recipient. */
export function NoticeRevision({ revision, session }: RevisionProps): JSX.Element {
  const { jti, originator, notice, refused, recipients, records } = revision;
  const kind = String(notice?.attributes['kind'] ?? '');
  return (
    <>
      <section class="card revision" aria-labelledby={`title-${jti}`}>
        <header>
          <h2 id={`title-${jti}`}>
            {kind === '' ? 'Notice' : `${kind} notice`} of {originator}
          </h2>
          <code>{jti}</code>
        </header>
        <p class="quiet">{summaryOf(revision)}</p>
        {refused !== null && (
          <p>
            Refused: <b class="code">{refused}</b>
          </p>
        )}
        {notice !== null && <Facts facts={notice} />}
        <Ledger records={records} />
        {notice !== null && <CommandLines lines={commandsOf({ heard: '', event: '', originator, jti })} />}
        <Evidence revision={revision} session={session} />
      </section>
      {recipients.map((recipient) => (
        <NoticeRecipient
          key={recipient.org}
          recipient={recipient}
          revision={revision}
          member={session.organisations.find(({ id }) => id === recipient.org)}
        />
      ))}
    </>
  );
}

/** The gateway of the organisation has the evidence; the console never has content of a notice. */
function Evidence({ revision, session }: RevisionProps): JSX.Element | null {
  const lines = evidenceCommand(revision, session.org);
  if (lines.length === 0 || revision.refused !== null) return null;
  return (
    <details>
      <summary>Evidence pack</summary>
      <p class="quiet">What {session.org} can prove about this notice, from its own gateway:</p>
      <CommandLines lines={lines} />
    </details>
  );
}

function summaryOf({ recipients, notice }: ShownRevision): string {
  if (notice === null) return 'The part of the notice that was delivered to you.';
  const words = ['delivered', 'redacted', 'denied']
    .map((outcome) => [outcome, recipients.filter((one) => one.outcome === outcome).length] as const)
    .filter(([, times]) => times > 0)
    .map(([outcome, times]) => `${count(times)} ${outcome}`);
  return words.length === 0 ? 'No decision about a recipient.' : words.join(', ');
}

const LABELS: Readonly<Record<string, string>> = {
  breakGlass: 'break-glass',
  purpose: 'purpose',
  personStatus: 'status of the person',
  minor: 'minor',
  crimeAreas: 'crime areas',
  countries: 'countries',
  classification: 'classification',
  codes: 'handling codes',
  evaluation: 'evaluation',
  tlp: 'TLP',
  audience: 'audience',
  consents: 'consents',
};

function Facts({ facts }: { facts: ShownFacts }): JSX.Element {
  const { attributes, approver, sections, expires } = facts;
  const header = Object.entries(LABELS).map(([name, word]) => [word, textOf(attributes[name])] as const);
  const rows = [
    ...header,
    ['approved with', approver ?? ''] as const,
    ['sections', sections.join(', ')] as const,
    ['expires', dayTimeInWords(expires)] as const,
  ];
  return (
    <dl class="facts">
      {rows
        .filter(([, text]) => text !== '')
        .map(([word, text]) => (
          <div key={word}>
            <dt>{word}</dt>
            <dd>{text}</dd>
          </div>
        ))}
    </dl>
  );
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'object' || value === null) return String(value ?? '');
  return Object.entries(value)
    .map(([name, word]) => `${name} ${String(word)}`)
    .join(', ');
}

/** The signed ledger records that the card is read from. */
function Ledger({ records }: { records: readonly ShownRecord[] }): JSX.Element {
  return (
    <details class="ledger">
      <summary>
        {count(records.length)} {records.length === 1 ? 'record' : 'records'} of the ledger
      </summary>
      <ul>
        {records.map(({ type, at, frame, number }, index) => (
          <li key={index}>
            <span class="time">{dayTimeInWords(at)}</span> {type}
            {number !== undefined && ` · record ${count(number)}`} · frame <code>{frame}</code>
          </li>
        ))}
      </ul>
    </details>
  );
}
