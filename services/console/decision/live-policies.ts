import { createEngines } from '../../shared/policy/compiled-engine.js';
import type { LoadPolicies } from '../../shared/policy/load/watch.js';
import { stampOf } from '../../shared/policy/load/watch-folders.js';
import type { Workspace } from '../../shared/workbench/workspace.js';
import type { Directory } from '../../shared/trust/directory.js';

/** The policies that are here now; rejects as `load` does while they cannot be read. */
export type ReadPolicies = () => Promise<Workspace>;

interface PoliciesDeps {
  readonly folder: string;
  readonly directory: () => Directory;
  readonly load: LoadPolicies;
}

/** Read when somebody asks why, and again only when the folder or the directory is another one. */
export function createReadPolicies({ folder, directory, load }: PoliciesDeps): ReadPolicies {
  const engineOf = createEngines();
  let known: { readonly of: string; readonly workspace: Promise<Workspace> } | undefined;
  const read = async (): Promise<Workspace> => {
    const facts = directory();
    const sets = await load(folder, facts);
    return { folder, sets, directory: facts, engine: await engineOf(sets) };
  };
  return () => {
    const of = `${directory().digest}\n${stampOf(folder)}`;
    if (known?.of === of) return known.workspace;
    const workspace = read();
    known = { of, workspace };
    // What failed is tried again by who asks next.
    workspace.catch(() => {
      if (known?.workspace === workspace) known = undefined;
    });
    return workspace;
  };
}
