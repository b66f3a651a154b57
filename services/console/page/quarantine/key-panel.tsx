import type { JSX } from 'preact';
import { canSign, type OperatorKey } from './operator-key.js';

/** Whose key signs, and where to choose or forget one. */
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
                // The same file may be chosen again, after it was mended.
                currentTarget.value = '';
              }}
            />
          </label>
          <p class="quiet small">
            It stays in this browser, which signs with it and gives it to nobody, the console included. A
            demonstration keeps one in <code>hub/operator/operator.jwk</code> of its home.
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
  'A browser signs only on a page that came by https or from this machine: open the console so, or use the command line.';
