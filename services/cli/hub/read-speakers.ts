import { type Directory, isSuspended } from '../../shared/trust/directory.js';
import { routerName, routerNumbers } from '../home/process-names.js';
import type { RunFile } from '../home/run-file.js';
import { readNumbers } from '../status/numbers.js';
import type { ContractSpeaker } from './judge-raise.js';

interface MemberSpeaker extends ContractSpeaker {
  /** False for a member that is suspended or has left: the contract may rise without it. */
  readonly inForce: boolean;
}

/** Who speaks which contract in a federation. */
export interface Speakers {
  readonly members: readonly MemberSpeaker[];
  /** The routers and the auditor; empty while no federation runs. */
  readonly processes: readonly ContractSpeaker[];
}

/** Reads the contracts of members from the directory, and asks the processes of the hub for theirs. */
export async function readSpeakers(
  { organisations }: Directory,
  run: RunFile | undefined,
): Promise<Speakers> {
  const now = new Date();
  const members = [...organisations.values()].map((organisation) => ({
    name: organisation.id,
    contract: organisation.contract,
    inForce: !isSuspended(organisation, now),
  }));
  const names = run === undefined ? [] : ['auditor', ...routerNumbers(run.routers ?? 1).map(routerName)];
  const processes = names.map(async (name) => {
    const contract = (await readNumbers(run?.metrics[name])).get('liaison_contract') ?? null;
    return { name, contract };
  });
  return { members, processes: await Promise.all(processes) };
}

/** Returns those who must speak a contract before the hub writes it. */
export function inForce({ members, processes }: Speakers): readonly ContractSpeaker[] {
  return [...members.filter((member) => member.inForce), ...processes];
}
