import { errorFrom } from '../../shared/kernel/errors.js';
import { pause } from '../../shared/kernel/pause.js';
import type { Logger } from '../../shared/runtime/logger.js';
import { askForContract } from '../../shared/trust/directory/ask-for-contract.js';
import { CONTRACT } from '../../shared/wire/contract.js';
import type { Identity } from '../identity.js';
import type { LoopStep } from '../loop.js';
import type { KeyRequests } from './key-requests.js';

interface StatementDeps {
  readonly identity: Identity;
  /** The folder of the organisation in the home, with its keys. */
  readonly folder: string;
  readonly keyRequests: Pick<KeyRequests, 'send'>;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** The newest contract that this gateway speaks. */
  readonly contract?: number;
}

const REST_MS = 2_000;
/** Between two statements: the hub may have to be updated first, or its root key be fetched. */
const RETRY_MS = 86_400_000;
/** After one that could not be sent. */
const UNSENT_MS = 60_000;

/** Creates the step that states the newest contract of this gateway to the hub while the directory lists an older one. */
export function createContractStatement({ contract = CONTRACT, ...deps }: StatementDeps): LoopStep {
  const { identity } = deps;
  let due = 0;
  return async (signal) => {
    const now = identity.clock().getTime();
    const listed = identity.directory.current().organisations.get(identity.org)?.contract ?? contract;
    if (contract > listed && now >= due) due = now + ((await state(deps, contract)) ? RETRY_MS : UNSENT_MS);
    await pause(REST_MS, signal);
  };
}

/** Resolves to false if the statement could not be sent. */
async function state(
  { identity, folder, keyRequests, log }: Omit<StatementDeps, 'contract'>,
  contract: number,
): Promise<boolean> {
  const { org, clock, directory } = identity;
  try {
    const asking = { folder, org, directory: directory.current(), now: clock(), approvers: [] };
    await keyRequests.send(await askForContract(contract, asking));
    log.info({ contract }, 'the directory lists an older contract: the hub is asked to list the newer one');
    return true;
  } catch (thrown) {
    const { code, message } = errorFrom(thrown);
    log.warn({ contract, code }, `the newer contract was not stated: ${message}`);
    return false;
  }
}
