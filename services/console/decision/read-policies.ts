import { createEngines } from '../../shared/policy/compiled-engine.js';
import type { LoadPolicies } from '../../shared/policy/load/load-in-child.js';
import { stampOf } from '../../shared/policy/load/watch-folders.js';
import type { Workspace } from '../../shared/workbench/workspace.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { LiveFolder, LivePolicies } from '../policies/live-policies.js';

/** Resolves with the live policies; rejects as `LoadPolicies` does while they cannot be read. */
export type ReadPolicies = () => Promise<Workspace>;

interface PoliciesDeps {
  readonly live: Pick<LivePolicies, 'read'>;
  readonly directory: () => Directory;
  readonly load: LoadPolicies;
}

/** Reads the policies on the first call, and again when the folder or the directory has changed. */
export function createReadPolicies({ live, directory, load }: PoliciesDeps): ReadPolicies {
  const engineOf = createEngines();
  let known: { readonly of: string; readonly workspace: Promise<Workspace> } | undefined;
  const read = async ({ folder, facts }: LiveFolder): Promise<Workspace> => {
    const sets = await load(folder, facts);
    return { folder, sets, directory: facts, engine: await engineOf(sets) };
  };
  return async () => {
    const found = await live.read();
    const of = `${directory().digest}\n${found.folder}\n${stampOf(found.folder)}`;
    if (known?.of === of) return known.workspace;
    const workspace = read(found);
    known = { of, workspace };
    // After a failure the next call reads again.
    workspace.catch(() => {
      if (known?.workspace === workspace) known = undefined;
    });
    return workspace;
  };
}
