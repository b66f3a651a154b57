import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ShownSession } from '../../shown.js';
import type { ShownDecision } from '../../decision/shown-decision.js';
import { type ApiResult, ask } from '../api.js';
import { NoticeRevision } from './notice-revision.js';
import { Prose } from '../widgets/prose.js';
import { go } from '../route.js';

interface NoticeProps {
  readonly path: string;
  readonly session: ShownSession;
  readonly onOver: () => void;
}

/** Why a notice went where it went, or did not: found by its id, which the address holds. */
export function NoticeView({ path, session, onOver }: NoticeProps): JSX.Element {
  const id = idIn(path);
  const { answer, look, busy } = useDecision(id, onOver);
  return (
    <div class="notice">
      <h1 class="hidden">Notice</h1>
      <Search id={id} busy={busy} onAgain={look} />
      <div aria-live="polite" aria-busy={busy}>
        {id === '' ? <Invitation /> : <Found answer={answer} session={session} onRetry={look} />}
      </div>
    </div>
  );
}

/** Whatever stands there is asked for, and shown, as text. */
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
  readonly look: () => void;
}

function useDecision(id: string, onOver: () => void): Decision {
  const [answer, setAnswer] = useState<ApiResult<ShownDecision>>();
  const [busy, setBusy] = useState(false);
  /** An answer that comes after another question is nobody's. */
  const latest = useRef(0);
  const look = async (): Promise<void> => {
    const question = ++latest.current;
    setBusy(id !== '');
    if (id === '') return;
    const got = await ask<ShownDecision>(`/v1/notices/${encodeURIComponent(id)}`);
    if (question !== latest.current) return;
    if (!got.ok && got.problem.status === 401) return onOver();
    setAnswer(got);
    setBusy(false);
  };
  useEffect(() => {
    setAnswer(undefined);
    void look();
    return () => void (latest.current += 1);
  }, [id]);
  return { answer, busy, look: () => void look() };
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
    else go(wanted === '' ? '/notice' : `/notice/${encodeURIComponent(wanted)}`);
  };
  return (
    <form class="tools" role="search" onSubmit={submit}>
      <label class="field seek">
        <span>notice</span>
        <input
          type="text"
          placeholder="id, or id.revision"
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
    <div class="nothing">
      <p>
        <b>Why did a notice go where it went, or why not?</b>
      </p>
      <p class="quiet">
        Enter its id, as the gateway answered it and as a line of the live tail shows it. Of what was decided
        there are names, times and reasons here; never what a notice says.
      </p>
    </div>
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
  const isOurs = status === 0 || status >= 500;
  return (
    <div class="nothing" role="alert">
      <p>
        <b>{titleOf(status)}</b>
      </p>
      <p class="quiet">{status === 404 ? NOT_HERE : <Prose text={detail} />}</p>
      {isOurs && (
        <p>
          <button type="button" onClick={onRetry}>
            Try again
          </button>
        </p>
      )}
    </div>
  );
}

const NOT_HERE =
  'No record speaks of it to you: it is not recorded yet, it is another id, or it is not for your eyes.';

function titleOf(status: number): string {
  if (status === 404) return 'No such notice.';
  return status === 400 ? 'That is not the id of a notice.' : 'What the ledger says cannot be asked now.';
}
