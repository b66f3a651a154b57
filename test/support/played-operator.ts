import type {
  CommandedRelease,
  EndedLog,
  LedgerPlace,
} from '../../services/shared/ledger/command-content.js';
import { v7 as uuidv7 } from 'uuid';
import { publishLatest } from '../../services/shared/bus/publish.js';
import {
  type CommandId,
  type EntryId,
  type NoticeId,
  parseCommandId,
  parseOrgId,
} from '../../services/shared/kernel/ids.js';
import { signCommand } from '../../services/shared/ledger/command.js';
import type { CommandRecord } from '../../services/shared/ledger/command-record.js';
import { readSigner, type Signer } from '../../services/shared/trust/keys.js';
import { type CommandVerb, subjects } from '../../services/shared/wire/subjects.js';
import type { TestHub } from './hub.js';
import { until } from './until.js';

interface Wanted {
  readonly verb: CommandVerb;
  readonly org?: string;
  readonly entry: EntryId;
  readonly note?: string;
  readonly place?: LedgerPlace;
  /** Of a `cancel` the notice, of a `recover` the log, and the command that proposed it. */
  readonly notice?: NoticeId;
  readonly ended?: EndedLog;
  readonly release?: CommandedRelease;
  readonly first?: CommandId;
  readonly id?: CommandId;
  readonly signer?: Signer;
  readonly federation?: string;
  readonly at?: Date;
}

/** A person at the hub, with an operator's key and an nkey that may only publish commands. */
export interface PlayedOperator {
  readonly key: Signer;
  sign(wanted: Wanted): Promise<{ readonly id: CommandId; readonly token: string }>;
  publish(token: string, verb?: CommandVerb): Promise<void>;
  /** Signs and publishes a command, and resolves with its final record. */
  command(wanted: Wanted): Promise<CommandRecord>;
  /** The archived command records, in order. */
  records(): Promise<readonly CommandRecord[]>;
  ended(id: CommandId): Promise<CommandRecord>;
  /** Waits until routers have rejected commands with this code this many times. */
  turnedAway(code: string, times?: number): Promise<true>;
}

export async function playOperator(hub: TestHub): Promise<PlayedOperator> {
  const { broker, clock, auditor, events } = hub;
  const bus = await broker.connect('operator');
  const key = await readSigner(broker.home.operatorKey);
  const records = async (): Promise<readonly CommandRecord[]> =>
    (await auditor.records()).flatMap((record) => (record.type === 'command' ? [record] : []));
  const ended = (id: CommandId): Promise<CommandRecord> =>
    until('the final record of a command', async () =>
      (await records()).find(({ part }) => part.command === id && part.outcome !== 'accepted'),
    );
  const sign: PlayedOperator['sign'] = async (wanted) => {
    const {
      verb,
      org = 'europol',
      entry,
      note,
      place,
      notice,
      ended,
      release,
      first,
      signer = key,
      federation = 'demo',
      at = clock(),
    } = wanted;
    const id = wanted.id ?? parseCommandId(uuidv7());
    const about = { id, verb, org: parseOrgId(org), entry };
    const content = {
      ...about,
      ...(note === undefined ? {} : { note }),
      ...(place === undefined ? {} : { place }),
      ...(notice === undefined ? {} : { notice }),
      ...(ended === undefined ? {} : { ended }),
      ...(release === undefined ? {} : { release }),
      ...(first === undefined ? {} : { first }),
    };
    return { id, token: await signCommand(content, { signer, federation, now: at }) };
  };
  const publish: PlayedOperator['publish'] = async (token, verb = 'replay') => {
    await publishLatest(bus, { subject: subjects.command(verb), bytes: Buffer.from(token) });
  };
  return {
    key,
    sign,
    publish,
    records,
    ended,
    command: async (wanted) => {
      const { id, token } = await sign(wanted);
      await publish(token, wanted.verb);
      return ended(id);
    },
    turnedAway: (code, times = 1) =>
      until(`${times} security events \`${code}\``, () => {
        const found = events.filter(
          (event) => event.event === 'security' && event['what'] === 'command' && event['code'] === code,
        );
        return found.length >= times;
      }),
  };
}
