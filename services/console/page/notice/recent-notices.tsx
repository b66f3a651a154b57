import type { JSX } from 'preact';
import { toneOf } from '../../../shared/wire/status-words.js';
import type { ShownRecent, ShownRecentNotice } from '../../decision/shown-decision.js';
import type { ShownSession } from '../../shown.js';
import { dayTimeInDigits, zoneName } from '../format.js';
import { usePolled } from '../poll.js';
import { addressOf, navigate } from '../route.js';
import { Prose } from '../widgets/prose.js';
import { SelectBox } from '../widgets/select-box.js';
import { TableHead } from '../widgets/table-head.js';
import { NoticeLink } from './notice-link.js';

interface RecentProps {
  readonly session: ShownSession;
  readonly query: URLSearchParams;
  readonly onSessionEnd: () => void;
}

const FILTERS = ['kind', 'from', 'to'];

/** The newest notices, from the status events that the console has, filtered by kind, originator and recipient. */
export function RecentNotices({ session, query, onSessionEnd }: RecentProps): JSX.Element {
  const asked = new URLSearchParams(FILTERS.map((name) => [name, query.get(name) ?? '']));
  const { value, errorText } = usePolled<ShownRecent>(addressOf('/v1/notices', asked), onSessionEnd);
  const set = (name: string, word: string): void => {
    const next = new URLSearchParams(asked);
    next.set(name, word);
    navigate('/notice', next);
  };
  const bound = (name: string) => ({
    label: name,
    value: asked.get(name) ?? '',
    onChange: (word: string) => set(name, word),
  });
  const orgs = session.organisations.map(({ id }) => id);
  return (
    <section class="card recent" aria-labelledby="recent-title">
      <header>
        <h2 id="recent-title">Recent notices</h2>
        <form class="filters shown" aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
          <SelectBox {...bound('kind')} choices={session.kinds} />
          <SelectBox {...bound('from')} choices={orgs} />
          <SelectBox {...bound('to')} choices={orgs} />
        </form>
      </header>
      {value === undefined ? (
        <p class="quiet">{errorText === '' ? 'Loading …' : <Prose text={errorText} />}</p>
      ) : (
        <Found recent={value} filtered={FILTERS.some((name) => asked.get(name))} />
      )}
    </section>
  );
}

function Found({ recent, filtered }: { recent: ShownRecent; filtered: boolean }): JSX.Element {
  const { notices, since } = recent;
  const end =
    since === null
      ? 'Searched all events that the console has.'
      : `Searched back to ${dayTimeInDigits(since)}.`;
  if (notices.length === 0)
    return (
      <p class="quiet">
        <b>{filtered ? 'No notice matches.' : 'No notice yet.'}</b> {end}
      </p>
    );
  return (
    <>
      <table class="lined" role="table" aria-label="Recent notices, newest first">
        <TableHead words={[`heard ${zoneName()}`, 'kind', 'from', 'notice', 'to']} />
        <tbody role="rowgroup">
          {notices.map((notice) => (
            <Row key={`${notice.originator} ${notice.jti}`} {...notice} />
          ))}
        </tbody>
      </table>
      <p class="quiet small">{end}</p>
    </>
  );
}

function Row({ jti, kind, originator, heard, recipients }: ShownRecentNotice): JSX.Element {
  return (
    <tr role="row">
      <td role="cell" class="time">
        {dayTimeInDigits(heard)}
      </td>
      <td role="cell">{kind}</td>
      <td role="cell">{originator}</td>
      <td role="cell">
        <NoticeLink jti={jti}>
          <code>{jti}</code>
        </NoticeLink>
      </td>
      <td role="cell">
        <ul class="told">
          {recipients.map(({ org, event }) => (
            <li key={org}>
              {org} <b class={toneOf(event)}>{event}</b>
            </li>
          ))}
        </ul>
      </td>
    </tr>
  );
}
