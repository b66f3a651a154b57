import type { KeptEvidence } from '../../shared/store/gateway/answers/kept-evidence.js';
import { type BegunLog, begunLogOf } from '../../shared/verify/begun-life.js';
import { type Fork, forkOf } from '../../shared/verify/fork.js';
import type { EvidenceDeps } from './own-pack.js';

/** Two kept checkpoints as they were received: the one that was cosigned last, and the one that was shown beside it. */
interface KeptCheckpoints {
  readonly cosigned: { readonly note: string };
  readonly shown: { readonly note: string };
}

/** How a life of the log began: the checkpoints before and after, and the records of the order in base64. */
interface KeptBeginning extends KeptCheckpoints, Pick<BegunLog, 'proposal' | 'record'> {}

/** Resolves to two kept checkpoints as a file that verifies offline, with the keys of the log. */
export function forkFile(
  { identity }: Pick<EvidenceDeps, 'identity'>,
  what: Fork['what'],
  { bytes }: Pick<KeptEvidence, 'bytes'>,
): Promise<Fork> {
  const { cosigned, shown } = JSON.parse(Buffer.from(bytes).toString('utf8')) as KeptCheckpoints;
  return forkOf(what, [cosigned.note, shown.note], identity.directory.current());
}

/** Resolves to how a life of the log began as a file that verifies offline, with the names of the operators. */
export function begunFile(
  { identity }: Pick<EvidenceDeps, 'identity'>,
  { bytes }: Pick<KeptEvidence, 'bytes'>,
): Promise<BegunLog> {
  const { cosigned, shown, ...order } = JSON.parse(Buffer.from(bytes).toString('utf8')) as KeptBeginning;
  return begunLogOf([cosigned.note, shown.note], order, identity.directory.current());
}
