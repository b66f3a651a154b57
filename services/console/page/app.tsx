import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ShownSession } from '../shown.js';
import { requestJson } from './api.js';
import { deleteKey } from './stored-key.js';
import { followLink, useRoute } from './route.js';
import { SignIn, takeSignInCode } from './sign-in.js';
import { viewAt, viewsOf } from './views.js';

/** Undefined while loading; null if no viewer is signed in. */
type Session = ShownSession | null | undefined;

/** The console's page: the sign-in form, or the navigation bar and the current view. */
export function App(): JSX.Element {
  const [session, setSession] = useState<Session>(undefined);
  const [errorText, setErrorText] = useState('');
  const [code, setCode] = useState(takeSignInCode);
  /** Ignore the code of a sign-in link when there is a session. */
  const begin = (started: ShownSession): void => {
    setCode(undefined);
    setSession(started);
  };
  /** Deletes the operator's key too: the next person to sign in may be another. */
  const endSession = (): void => {
    void deleteKey();
    setSession(null);
  };
  const load = async (): Promise<void> => {
    const answer = await requestJson<ShownSession>('/v1/session');
    setErrorText(answer.ok || answer.problem.status === 401 ? '' : answer.problem.detail);
    if (answer.ok) begin(answer.value);
    else if (answer.problem.status === 401) endSession();
    else setTimeout(() => void load(), 2_000);
  };
  useEffect(() => void load(), []);
  if (session === null) return <SignIn onSignedIn={begin} code={code} />;
  if (session === undefined) return <p class="whole">{errorText === '' ? 'Loading …' : `${errorText} …`}</p>;
  return <Frame session={session} onSessionEnd={endSession} />;
}

function Frame({ session, onSessionEnd }: { session: ShownSession; onSessionEnd: () => void }): JSX.Element {
  const route = useRoute();
  const { Body, text } = viewAt(route.path, session);
  useEffect(() => {
    document.title = `${text} · Liaison console`;
  }, [text]);
  return (
    <>
      <a class="skip" href="#view">
        Skip to content
      </a>
      <header class="bar">
        <span class="brand">
          <img src={iconAddress()} alt="" width="22" height="22" />
          Liaison <span class="quiet">{session.federation}</span>
        </span>
        <nav aria-label="Views">
          {viewsOf(session).map((view) => (
            <NavLink key={view.path} path={view.path} text={view.text} current={view.text === text} />
          ))}
        </nav>
        <Account session={session} onSessionEnd={onSessionEnd} />
      </header>
      <main id="view" tabIndex={-1}>
        <Body {...route} session={session} onSessionEnd={onSessionEnd} />
      </main>
    </>
  );
}

function Account({
  session,
  onSessionEnd,
}: {
  session: ShownSession;
  onSessionEnd: () => void;
}): JSX.Element {
  const [errorText, setErrorText] = useState('');
  const signOut = async (): Promise<void> => {
    await deleteKey();
    const answer = await requestJson('/v1/session', { method: 'DELETE' });
    if (answer.ok) onSessionEnd();
    else setErrorText(`Still signed in: ${answer.problem.detail}`);
  };
  return (
    <span class="who">
      <span role="alert" class="bad">
        {errorText}
      </span>
      <span title={session.roles.join(', ')}>
        {session.name} · {session.org === null ? 'federation' : session.org}
      </span>
      <button type="button" class="plain" onClick={() => void signOut()}>
        Sign out
      </button>
    </span>
  );
}

/** Returns the address of the icon from the document; the build puts a digest into its name. */
function iconAddress(): string {
  return document.querySelector<HTMLLinkElement>('link[rel="icon"]')?.href ?? '';
}

function NavLink({ path, text, current }: { path: string; text: string; current: boolean }): JSX.Element {
  return (
    <a href={path} aria-current={current ? 'page' : undefined} onClick={followLink(path)}>
      {text}
    </a>
  );
}
