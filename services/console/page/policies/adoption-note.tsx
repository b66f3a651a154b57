import type { JSX } from 'preact';
import type { ShownAdoption } from '../../../shared/wire/shown-adoption.js';
import { dayTimeInWords } from '../format.js';

/** Shows which bundle of policies decides, since when, and why the saved folder was refused. */
export function AdoptionNote({ adoption }: { readonly adoption: ShownAdoption | null }): JSX.Element | null {
  if (adoption === null) return null;
  const { adopted, since, refused } = adoption;
  return (
    <section class="adoption" aria-label="Adopted policies">
      <p class="quiet">
        {adopted === null ? (
          'The routers have adopted no policies yet.'
        ) : (
          <>
            Adopted <code title={adopted}>{adopted.slice(0, 12)}</code>
            {since !== null && (
              <>
                {' '}
                since <time dateTime={since}>{dayTimeInWords(since)}</time>
              </>
            )}
          </>
        )}
      </p>
      {refused !== null && (
        <div class="fault" role="status">
          <p>
            The saved folder differs and is not adopted: <b>{refused.code}</b>
          </p>
          <ul>
            {refused.findings.map(({ place, message }) => (
              <li key={`${place} ${message}`}>
                <code>{place}</code> {message}
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}
