import { type CommandId, type NoticeId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { noticeEntry } from '../../../services/shared/ledger/command.js';
import type { CommandRecord } from '../../../services/shared/ledger/command-record.js';
import type { Signer } from '../../../services/shared/trust/keys.js';
import { addPerson } from '../../support/add-person.js';
import type { TestHub } from '../../support/hub.js';
import { playOperator } from '../../support/played-operator.js';
import { until } from '../../support/until.js';

interface Cancelling {
  /** The command that proposed the recall. */
  readonly first?: CommandId;
  /** The key that signs the command; by default the operator key of the home. */
  readonly signer?: Signer;
  readonly org?: string;
}

/** Two operators of a hub, who recall notices of `europol`. */
export interface TwoOperators {
  /** The key of the second person, B. Example. */
  readonly second: Signer;
  /** Sends one command, and resolves with its record. */
  cancel(id: NoticeId, more?: Cancelling): Promise<CommandRecord>;
  /** Proposes a recall and carries it out, and resolves with the record of the second command. */
  recall(id: NoticeId): Promise<CommandRecord>;
}

export async function twoOperators(hub: TestHub): Promise<TwoOperators> {
  const operator = await playOperator(hub);
  const { signer: second, version } = await addPerson(hub.broker.home, 'B. Example', hub.clock());
  await until('the directory', () => hub.directory().version >= version);
  const cancel: TwoOperators['cancel'] = (id, { org = 'europol', ...more } = {}) =>
    operator.command({ ...more, verb: 'cancel', org, notice: id, entry: noticeEntry(parseOrgId(org), id) });
  return {
    second,
    cancel,
    recall: async (id) => cancel(id, { first: (await cancel(id)).part.command, signer: second }),
  };
}
