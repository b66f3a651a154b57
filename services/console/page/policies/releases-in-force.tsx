import type { JSX } from 'preact';
import type { ShownInForce } from '../../policies/shown-policies.js';
import { dayTimeInWords } from '../format.js';

interface ReleasesInForceProps {
  readonly releases: readonly ShownInForce[] | null;
}

/** Lists whose release is in force since when; nothing where the folder of the hub has the rules of all. */
export function ReleasesInForce({ releases }: ReleasesInForceProps): JSX.Element | null {
  if (releases === null) return null;
  return (
    <details class="releases" open>
      <summary>Releases in force</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">rules of</th>
            <th scope="col">version</th>
            <th scope="col">digest</th>
            <th scope="col">since</th>
          </tr>
        </thead>
        <tbody>
          {releases.map((each) => (
            <ReleaseRow key={each.org} {...each} />
          ))}
        </tbody>
      </table>
    </details>
  );
}

function ReleaseRow({ org, release }: ShownInForce): JSX.Element {
  if (release === null)
    return (
      <tr>
        <th scope="row">{org}</th>
        <td colSpan={3} class="quiet">
          {org === 'federation' ? 'the files that the hub began with' : 'none: it permits nothing'}
        </td>
      </tr>
    );
  const { version, digest, adoptedAt } = release;
  return (
    <tr>
      <th scope="row">{org}</th>
      <td>{version}</td>
      <td>
        <code title={digest}>{digest.slice(0, 12)}</code>
      </td>
      <td>
        <time dateTime={adoptedAt}>{dayTimeInWords(adoptedAt)}</time>
      </td>
    </tr>
  );
}
