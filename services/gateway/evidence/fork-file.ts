import type { KeptEvidence } from '../../shared/store/gateway/answers/kept-evidence.js';
import { signedByLog } from '../../shared/tlog/log-keys.js';
import { showDirectory } from '../../shared/trust/directory/shown-directory.js';
import type { Fork } from '../../shared/verify/fork.js';
import type { EvidenceDeps } from './own-pack.js';

/** Two kept checkpoints as they were received: the one that was cosigned last, and the one that was shown beside it. */
interface KeptCheckpoints {
  readonly cosigned: { readonly note: string };
  readonly shown: { readonly note: string };
}

/** Resolves to two kept checkpoints as a file that verifies offline, with the keys of the log. */
export async function forkFile(
  { identity }: Pick<EvidenceDeps, 'identity'>,
  what: Fork['what'],
  { bytes }: Pick<KeptEvidence, 'bytes'>,
): Promise<Fork> {
  const { cosigned, shown } = JSON.parse(Buffer.from(bytes).toString('utf8')) as KeptCheckpoints;
  const directory = identity.directory.current();
  return {
    kind: 'conviction',
    what,
    accused: 'hub',
    directory: showDirectory(directory.frame, { organisations: new Set(), persons: new Set() }),
    notes: await Promise.all([cosigned, shown].map(({ note }) => signedByLog(note, directory))),
  };
}
