import type { OrgId } from '../../../shared/kernel/ids.js';
import { LEDGER_OWNER } from '../../../shared/ledger/command-content.js';
import type { Home } from '../../../shared/runtime/home.js';
import { readDirectory } from '../../../shared/trust/read-directory.js';
import { createWorker } from '../../../shared/workbench/child/worker.js';
import { policiesIn } from '../../home/policies-folder.js';
import { areRulesReleased } from '../../home/rules-source.js';
import type { RunFile } from '../../home/run-file.js';
import { fetchAdopted } from '../../policy/adopt/fetch-bundle.js';
import { federationReleaser, memberReleaser } from '../../policy/release/releaser.js';
import { approveDraft } from './approve-draft.js';
import { followFolder } from './follow-folder.js';
import type { FolderToRead, OwnerFiles } from './owner-files.js';
import { releaseOwner } from './release-owner.js';
import { createReleaseRound } from './release-round.js';

interface ReleaseChangesParams {
  readonly env: NodeJS.ProcessEnv;
  readonly run: RunFile;
  /** The members whose keys and gateways are here; none at a hub. */
  readonly orgs: readonly OrgId[];
  /** Receives what became of each change, in words. */
  readonly say: (words: string) => void;
  readonly stopping: AbortSignal;
}

const CHILD = new URL('./owners-child.js', import.meta.url);
const READ_WITHIN_MS = 120_000;

/**
 * Releases each change of the folder of policies for the member or the federation whose files changed, until `stopping` aborts:
 * a demonstration has the keys of all of them. Does nothing where the routers read the folder themselves, and at a hub.
 */
export async function releaseChanges(home: Home, params: ReleaseChangesParams): Promise<void> {
  const { env, run, orgs, say, stopping } = params;
  if (orgs.length === 0 || !areRulesReleased({ env, run })) return;
  const folder = policiesIn(env, home);
  const worker = createWorker<FolderToRead>({ child: CHILD, timeMs: READ_WITHIN_MS });
  const handle = createReleaseRound({
    read: async () => {
      const today = new Date().toISOString().slice(0, 10);
      // The child is `owners-child.ts`, so the shape of its answer is not checked.
      return (await worker.ask({ folder, orgs, today })) as readonly OwnerFiles[];
    },
    release: (own) => releaseHere(home, own, params),
    say,
    stopping,
  });
  say(`a change in ${folder} is released for its owner`);
  await followFolder(folder, { handle, stopping });
  await worker.stop();
}

async function releaseHere(
  home: Home,
  own: OwnerFiles,
  { run, orgs, say, stopping }: ReleaseChangesParams,
): ReturnType<typeof releaseOwner> {
  const { federation } = await readDirectory(home);
  const isFederation = own.owner === LEDGER_OWNER;
  return releaseOwner(own, {
    releaser: isFederation ? federationReleaser(home, { say, stopping }) : memberReleaser(home, own.owner),
    federation,
    approve: (draft, loosenings) => approveDraft(home, draft, { orgs, loosenings }),
    adopted: () => fetchAdopted(home, run),
    stopping,
  });
}
