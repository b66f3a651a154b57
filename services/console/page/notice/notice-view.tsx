import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ShownSession } from '../../shown.js';
import type { ShownDecision } from '../../decision/shown-decision.js';
import { type ApiResult, requestJson } from '../api.js';
import { NoticeLife } from './notice-life.js';
import { NoticeRevision } from './notice-revision.js';
import { RecentNotices } from './recent-notices.js';
import { Prose } from '../widgets/prose.js';
import { navigate } from '../route.js';

interface NoticeProps {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly session: ShownSession;
  readonly onSessionEnd: () => void;
}

/** The view `/notice/<id>`: the decision for each recipient of a notice, and why. */
export function NoticeView({ path, query, session, onSessionEnd }: NoticeProps): JSX.Element {
  const id = idIn(path);
  const { answer, load, busy } = useDecision(id, onSessionEnd);
  return (
    <div class="notice">
      <h1 class="hidden">Notice</h1>
      <Search id={id} busy={busy} onAgain={load} />
      {id === '' ? (
        <>
          <Invitation />
          <RecentNotices session={session} query={query} onSessionEnd={onSessionEnd} />
        </>
      ) : (
        <div aria-live="polite" aria-busy={busy}>
          <Found answer={answer} session={session} onRetry={load} />
        </div>
      )}
    </div>
  );
}

/** Returns the id in a path, decoded if possible. It is not checked: the page only shows it as text. */
function idIn(path: string): string {
  const text = path.slice('/notice/'.length);
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

interface Decision {
  readonly answer: ApiResult<ShownDecision> | undefined;
  readonly busy: boolean;
  readonly load: () => void;
}

function useDecision(id: string, onSessionEnd: () => void): Decision {
  const [answer, setAnswer] = useState<ApiResult<ShownDecision>>();
  const [busy, setBusy] = useState(false);
  /** The number of the latest request; answers to earlier requests are dropped. */
  const latest = useRef(0);
  const load = async (): Promise<void> => {
    const request = ++latest.current;
    setBusy(id !== '');
    if (id === '') return;
    const got = await requestJson<ShownDecision>(`/v1/notices/${encodeURIComponent(id)}`);
    if (request !== latest.current) return;
    if (!got.ok && got.problem.status === 401) return onSessionEnd();
    setAnswer(got);
    setBusy(false);
  };
  useEffect(() => {
    setAnswer(undefined);
    void load();
    return () => void (latest.current += 1);
  }, [id]);
  return { answer, busy, load: () => void load() };
}

interface SearchProps {
  readonly id: string;
  readonly busy: boolean;
  readonly onAgain: () => void;
}

function Search({ id, busy, onAgain }: SearchProps): JSX.Element {
  const [text, setText] = useState(id);
  useEffect(() => setText(id), [id]);
  const submit = (event: Event): void => {
    event.preventDefault();
    const wanted = text.trim();
    if (wanted === id) onAgain();
    else navigate(wanted === '' ? '/notice' : `/notice/${encodeURIComponent(wanted)}`);
  };
  return (
    <form class="tools" role="search" onSubmit={submit}>
      <label class="field seek">
        <span>notice</span>
        <input
          type="text"
          placeholder="id, or id.number"
          spellcheck={false}
          autocomplete="off"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="strong" disabled={busy}>
        {text.trim() === id && id !== '' ? 'Look again' : 'Show'}
      </button>
    </form>
  );
}

function Invitation(): JSX.Element {
  return (
    <p class="quiet invitation">
      <b>Why did a notice go where it went, or why not?</b> Enter the id that the gateway returned, or choose
      one below. The page shows names, times and reasons of the decisions, never the content of a notice.
    </p>
  );
}

interface FoundProps {
  readonly answer: ApiResult<ShownDecision> | undefined;
  readonly session: ShownSession;
  readonly onRetry: () => void;
}

function Found({ answer, session, onRetry }: FoundProps): JSX.Element {
  if (answer === undefined) return <p class="nothing">Loading …</p>;
  if (answer.ok)
    return (
      <>
        {answer.value.lives.map((life) => (
          <NoticeLife key={life.originator} life={life} id={answer.value.id} />
        ))}
        {answer.value.revisions.map((revision) => (
          <NoticeRevision
            key={`${revision.originator} ${revision.jti}`}
            revision={revision}
            session={session}
          />
        ))}
      </>
    );
  const { status, detail } = answer.problem;
  const isRetryable = status === 0 || status >= 500;
  return (
    <div class="nothing" role="alert">
      <p>
        <b>{titleOf(status)}</b>
      </p>
      <p class="quiet">{status === 404 ? NOT_FOUND : <Prose text={detail} />}</p>
      {isRetryable && (
        <p>
          <button type="button" onClick={onRetry}>
            Try again
          </button>
        </p>
      )}
    </div>
  );
}

const NOT_FOUND = 'It is not recorded yet, the id is wrong, or you may not see it.';

function titleOf(status: number): string {
  if (status === 404) return 'No such notice.';
  return status === 400 ? 'That is not the id of a notice.' : 'The ledger cannot be read at the moment.';
}
