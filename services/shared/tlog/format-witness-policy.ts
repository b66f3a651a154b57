import { formatVkey } from './vkey.js';
import type { WitnessPolicy } from './witness-policy.js';

/** Returns a witness policy as a file that `parseWitnessPolicy` reads. Groups are written after their members. */
export function formatWitnessPolicy({ logs, witnesses, groups, quorum }: WitnessPolicy): string {
  const lines = [
    ...logs.map((key) => `log ${formatVkey(key)}`),
    ...[...witnesses].map(([name, { url, ...key }]) =>
      ['witness', name, formatVkey(key), ...(url === undefined ? [] : [url])].join(' '),
    ),
    ...[...groups].map(([name, { threshold, members }]) => ['group', name, threshold, ...members].join(' ')),
    `quorum ${quorum}`,
  ];
  return lines.map((line) => `${line}\n`).join('');
}
