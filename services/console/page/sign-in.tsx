import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ShownSession } from '../shown.js';
import { postJson } from './api.js';

interface SignInProps {
  readonly onSignedIn: (session: ShownSession) => void;
  /** The single-use code of a sign-in link. */
  readonly code: string | undefined;
}

const LINKED = /^#sign-in=([A-Za-z0-9_-]{43})$/;

/**
 * Returns the code of a sign-in link and removes it from the address. Fragments are never sent, so the code is in no log.
 * Undefined for any other address.
 */
export function takeSignInCode(): string | undefined {
  const code = LINKED.exec(location.hash)?.[1];
  if (code !== undefined) history.replaceState(null, '', location.pathname + location.search);
  return code;
}

/** The form that exchanges a token for a session; given a code, it signs in without input. */
export function SignIn({ onSignedIn, code }: SignInProps): JSX.Element {
  const [token, setToken] = useState('');
  const [fault, setFault] = useState('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  useCode(code, onSignedIn, setFault);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const answer = await postJson<ShownSession>('/v1/session', { token });
    if (answer.ok) onSignedIn(answer.value);
    else setFault(answer.problem.status === 401 ? 'The token is not valid.' : answer.problem.detail);
  };
  return (
    <main class="whole">
      <form class="card sign-in" onSubmit={(event) => void submit(event)}>
        <h1>Liaison console</h1>
        <p class="quiet">Live status of the federation’s notices, never their content.</p>
        <label for="token">Token</label>
        <input
          id="token"
          ref={field}
          type="password"
          autocomplete="off"
          spellcheck={false}
          required
          value={token}
          onInput={(event) => setToken(event.currentTarget.value)}
          aria-describedby="token-note"
        />
        <TokenNote />
        <button type="submit" class="strong">
          Sign in
        </button>
        <p role="alert" class="fault">
          {fault}
        </p>
      </form>
    </main>
  );
}

function useCode(
  code: string | undefined,
  onSignedIn: SignInProps['onSignedIn'],
  onFault: (words: string) => void,
): void {
  useEffect(() => {
    if (code === undefined) return;
    void postJson<ShownSession>('/v1/session', { code }).then((answer) => {
      if (answer.ok) onSignedIn(answer.value);
      else onFault(`${answer.problem.detail}: sign in with a token.`);
    });
  }, [code]);
}

function TokenNote(): JSX.Element {
  return (
    <p id="token-note" class="quiet small">
      The tokens of a demonstration are in <code>hub/console/</code> of its home: <code>viewer.token</code>,{' '}
      <code>operator.token</code> and <code>author.token</code>.
    </p>
  );
}
