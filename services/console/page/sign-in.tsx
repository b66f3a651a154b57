import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ShownSession } from '../shown.js';
import { postJson } from './api.js';

/** The form that exchanges a token for a session. */
export function SignIn({ onSignedIn }: { onSignedIn: (session: ShownSession) => void }): JSX.Element {
  const [token, setToken] = useState('');
  const [fault, setFault] = useState('');
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
          type="password"
          autocomplete="off"
          spellcheck={false}
          required
          value={token}
          onInput={(event) => setToken(event.currentTarget.value)}
          aria-describedby="token-note"
        />
        <p id="token-note" class="quiet small">
          The tokens of a demonstration are in <code>hub/console/</code> of its home:{' '}
          <code>viewer.token</code>, <code>operator.token</code> and <code>author.token</code>.
        </p>
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
