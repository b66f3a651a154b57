import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ShownSession } from '../shown.js';
import { ask } from './api.js';
import { forgetKey } from './kept-key.js';
import { go, useRoute } from './route.js';
import { SignIn } from './sign-in.js';
import { viewAt, viewsOf } from './views.js';

/** Undefined: not known yet; null: nobody is signed in. */
type Session = ShownSession | null | undefined;

export function App(): JSX.Element {
  const [session, setSession] = useState<Session>(undefined);
  const [trouble, setTrouble] = useState('');
  /** Whoever signs in next is perhaps somebody else. */
  const over = (): void => {
    void forgetKey();
    setSession(null);
  };
  const look = async (): Promise<void> => {
    const answer = await ask<ShownSession>('/v1/session');
    setTrouble(answer.ok || answer.problem.status === 401 ? '' : answer.problem.detail);
    if (answer.ok) setSession(answer.value);
    else if (answer.problem.status === 401) over();
    else setTimeout(() => void look(), 2_000);
  };
  useEffect(() => void look(), []);
  if (session === null) return <SignIn onSignedIn={setSession} />;
  if (session === undefined) return <p class="whole">{trouble === '' ? 'Loading …' : `${trouble} …`}</p>;
  return <Frame session={session} onOver={over} />;
}

function Frame({ session, onOver }: { session: ShownSession; onOver: () => void }): JSX.Element {
  const route = useRoute();
  const { Body, text } = viewAt(route.path, session);
  useEffect(() => {
    document.title = `${text} · Liaison console`;
  }, [text]);
  return (
    <>
      <a class="skip" href="#view">
        Skip to the view
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
        <Who session={session} onOver={onOver} />
      </header>
      <main id="view" tabIndex={-1}>
        <Body {...route} session={session} onOver={onOver} />
      </main>
    </>
  );
}

function Who({ session, onOver }: { session: ShownSession; onOver: () => void }): JSX.Element {
  const [trouble, setTrouble] = useState('');
  const signOut = async (): Promise<void> => {
    await forgetKey();
    const answer = await ask('/v1/session', { method: 'DELETE' });
    if (answer.ok) onOver();
    else setTrouble(`Still signed in: ${answer.problem.detail}`);
  };
  return (
    <span class="who">
      <span role="alert" class="bad">
        {trouble}
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

/** The one that the document names: its name holds a digest. */
function iconAddress(): string {
  return document.querySelector<HTMLLinkElement>('link[rel="icon"]')?.href ?? '';
}

function NavLink({ path, text, current }: { path: string; text: string; current: boolean }): JSX.Element {
  const follow = (event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(path);
  };
  return (
    <a href={path} aria-current={current ? 'page' : undefined} onClick={follow}>
      {text}
    </a>
  );
}
