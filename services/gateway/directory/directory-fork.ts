import type { KeptEvidence } from '../../shared/store/gateway/answers/kept-evidence.js';
import type { Directory } from '../../shared/trust/directory.js';
import { showDirectory } from '../../shared/trust/directory/shown-directory.js';
import type { DirectoryFork } from '../../shared/verify/directory-fork.js';

/** Returns, as evidence to be kept, two directories of which the root may sign only one: their heads and hubs, no member. */
export function forkEvidence(held: Directory, other: Directory, now: Date): KeptEvidence {
  const directories = [held, other].map(({ frame }) =>
    showDirectory(frame, { organisations: new Set(), persons: new Set() }),
  );
  const bytes = Buffer.from(JSON.stringify({ directories }));
  return { what: 'directory-fork', org: 'hub', frame: '', digest: other.digest, bytes, at: now.getTime() };
}

/** Returns kept evidence about two directories as a file that verifies offline. */
export function directoryForkFile({ bytes }: Pick<KeptEvidence, 'bytes'>): DirectoryFork {
  const { directories } = JSON.parse(Buffer.from(bytes).toString('utf8')) as Pick<
    DirectoryFork,
    'directories'
  >;
  return { kind: 'conviction', what: 'directory-forked', accused: 'root', directories };
}
