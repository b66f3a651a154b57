import type { JSX } from 'preact';
import { canSign, type OperatorKey } from './operator-key.js';

/** Shows whose key signs commands, with controls to choose a key file or forget the key. */
export function KeyPanel({ operator }: { operator: OperatorKey }): JSX.Element {
  const { good, fault, choose, forget } = operator;
  if (!canSign) return <p class="bad">{INSECURE}</p>;
  return (
    <section class="key" aria-label="Operator key">
      {good === undefined ? (
        <>
          <label class="file">
            Choose operator key file
            <input
              type="file"
              class="hidden"
              accept=".jwk,.json,application/json"
              onChange={({ currentTarget }) => {
                const [file] = currentTarget.files ?? [];
                if (file !== undefined) choose(file);
                // So that choosing the same file again, after a fix, raises an event.
                currentTarget.value = '';
              }}
            />
          </label>
          <p class="quiet small">
            The key stays in this browser, which signs with it and never sends it, not even to the console. In
            a demonstration it is <code>hub/operator/operator.jwk</code> of the home.
          </p>
        </>
      ) : (
        <p>
          Signs as <b>{good.person}</b> <code>{good.key.kid}</code>{' '}
          <button type="button" class="plain" onClick={forget}>
            Forget key
          </button>
        </p>
      )}
      <p role="alert" class="fault">
        {fault}
      </p>
    </section>
  );
}

const INSECURE =
  'A browser signs only on a page loaded by https or from this machine: open the console that way, or use the command line.';
