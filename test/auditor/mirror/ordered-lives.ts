import { LEDGER_OWNER, type EndedLog } from '../../../services/shared/ledger/command-content.js';
import type { CommandPart } from '../../../services/shared/ledger/command-record.js';
import { recoveryEntry } from '../../../services/shared/ledger/command/ended-log.js';
import type { Entry } from '../../../services/shared/store/append/archived-entry.js';
import { parseNote } from '../../../services/shared/tlog/signed-note.js';
import type { Directory } from '../../../services/shared/trust/directory.js';
import { readSigner, type Signer } from '../../../services/shared/trust/keys.js';
import { readDirectory } from '../../../services/shared/trust/read-directory.js';
import { addPerson } from '../../support/add-person.js';
import { craftCommandPair } from '../../support/log/craft-command-pair.js';
import { type Hub, noticePart } from '../hub.js';
import type { PatchedAuditor } from './patched-auditor.js';

type ServedLog = Parameters<PatchedAuditor['serve']>[0];

interface NextParams {
  /** The life that is served. */
  readonly life: number;
  /** The note of the checkpoint at which the order ends the life before. */
  readonly ended: string;
  /** Replaces fields of what the order ends. */
  readonly other?: Partial<EndedLog>;
  /** The records of the file before the order. */
  readonly entries: readonly Entry[];
  /** The signers of both commands; two operators by default. */
  readonly by?: readonly [Signer, Signer];
  /** Replaces fields of the part in the record of the order. */
  readonly part?: Partial<CommandPart>;
  /** The signer of both records; the router by default. */
  readonly router?: Signer;
  /** Members whose witnesses cosigned the checkpoint; none by default. */
  readonly cosigners?: readonly string[];
}

/** Orders of two operators to begin a life of the log, as a test wants them. */
export interface Orders {
  readonly directory: Directory;
  readonly operators: readonly [Signer, Signer];
  /** Returns a later life as an auditor serves it: the order first, then the other records of the file in their order. */
  next(params: NextParams): Promise<ServedLog & { readonly life: { readonly life: number } }>;
}

/** Gives a hub a second operator, whose directory is that of the orders. */
export async function ordersAt(hub: Hub): Promise<Orders> {
  const { home } = hub.broker;
  const one = await readSigner(home.operatorKey);
  const { signer: other } = await addPerson(home, 'B. Example');
  const operators = [one, other] as const;
  const directory = await readDirectory(home);
  return {
    directory,
    operators,
    next: async ({ life, entries, by = operators, part = {}, router = hub.signers.hub, ...more }) => {
      const ended = { checkpoint: parseNote(more.ended).text, kept: 0, ...more.other };
      const about = { verb: 'recover', org: LEDGER_OWNER, entry: recoveryEntry(ended), ended } as const;
      const signing = { directory, signer: router };
      const pair = await craftCommandPair(signing, { about, outcome: 'recovered', by, part });
      const count = entries.length;
      const [proposal, record] = [pair.proposal, pair.record].map(
        ({ bytes }, at) => ({ epoch: 'e', seq: 1_000 + at, subject: 'ledger.hub', bytes }) satisfies Entry,
      ) as [Entry, Entry];
      return {
        life: { life, begunBy: { record: count + 2, proposal: count + 1 } },
        listed: [...entries, proposal, record],
        logged: [record, ...entries, proposal],
        cosigners: more.cosigners ?? [],
      };
    },
  };
}

/** Makes the records that routers would write. */
export function reportsOf(hub: Hub, count: number): Promise<readonly Entry[]> {
  const entryOf = async (seq: number): Promise<Entry> => {
    const bytes = await hub.report('interpol', [noticePart(seq)]);
    return { epoch: 'e', seq, subject: 'ledger.interpol', bytes };
  };
  return Promise.all(Array.from({ length: count }, (_, at) => entryOf(at + 1)));
}
