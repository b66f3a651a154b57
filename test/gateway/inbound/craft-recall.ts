import { v7 as uuidv7 } from 'uuid';
import { seconds } from '../../../services/shared/kernel/clock.js';
import {
  type FrameId,
  type NoticeId,
  type OrgId,
  parseCommandId,
  parseFrameId,
} from '../../../services/shared/kernel/ids.js';
import { signDelivery } from '../../../services/shared/ledger/delivery/delivery.js';
import { noticeEntry, signCommand, verifyCommand } from '../../../services/shared/ledger/command.js';
import { LEDGER_OWNER } from '../../../services/shared/ledger/command-content.js';
import { type CommandPart, signCommandRecord } from '../../../services/shared/ledger/command-record.js';
import type { SignedRecord } from '../../../services/shared/ledger/record-head.js';
import { recallFrame, recallStatement } from '../../../services/shared/ledger/recall.js';
import { digest, hexDigest } from '../../../services/shared/trust/digest.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { subjects } from '../../../services/shared/wire/subjects.js';
import { readSigner, type Signer } from '../../../services/shared/trust/keys.js';
import { addPerson } from '../../support/add-person.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { type Hub, playHub } from '../play-hub.js';
import { startGateway, type Started } from '../start-gateway.js';

/** An originator and a holder, and the two operators who recall. */
export interface Recalling {
  readonly broker: Broker;
  /** Of europol. */
  readonly gateway: Started;
  /** Of afripol. */
  readonly holder: Started;
  readonly hub: Hub;
  readonly by: readonly [Signer, Signer];
  stop(): Promise<void>;
}

/** Starts a broker, the gateways of europol and afripol, and a played hub that serves both. */
export async function startRecalling(): Promise<Recalling> {
  const broker = await startBroker({ orgs: ['europol', 'afripol'] });
  const first = await readSigner(broker.home.operatorKey);
  const { signer: second } = await addPerson(broker.home, 'B. Example');
  const gateway = await startGateway(broker, 'europol', { settings: { resendMs: 400 } });
  const holder = await startGateway(broker, 'afripol');
  const hub = await playHub(broker, gateway.identity.directory.current());
  await hub.serve('europol', 'afripol');
  const stop = async (): Promise<void> => {
    await Promise.all([gateway.stop(), holder.stop(), hub.stop()]);
    await broker.close();
  };
  return { broker, gateway, holder, hub, by: [first, second], stop };
}

interface Recalled {
  readonly originator: OrgId;
  readonly id: NoticeId;
  /** The signers of the proposal and of the second command. */
  readonly by: readonly [Signer, Signer];
  /** Replaces fields of the part in the second record. */
  readonly part?: Partial<CommandPart>;
  readonly now?: () => Date;
}

/** A recall as a hub hands it to each organisation. */
export interface CraftedRecall {
  /** Digest of the command that carried it out. */
  readonly digest: string;
  readonly frame: FrameId;
  /** Delivers the recall to these organisations. */
  handTo(...orgs: readonly OrgId[]): Promise<void>;
}

/** Crafts the commands of two persons, and the records of them that a router makes. */
export async function craftRecall(
  hub: Hub,
  { originator, id, by: [one, other], part = {}, now = () => new Date() }: Recalled,
): Promise<CraftedRecall> {
  const about = { verb: 'cancel', org: originator, entry: noticeEntry(originator, id), notice: id } as const;
  const { federation } = hub.directory;
  const record = async (
    signer: Signer,
    more: Partial<CommandPart>,
  ): Promise<SignedRecord & { token: string }> => {
    const { first } = more;
    const content = { ...about, id: parseCommandId(uuidv7()), ...(first && { first }) };
    const token = await signCommand(content, { signer, federation, now: now() });
    const { person } = await verifyCommand(token, { directory: hub.directory, now: now() });
    const { entry, notice, verb } = about;
    const said = {
      command: content.id,
      verb,
      person,
      entry,
      notice,
      seq: 1,
      accepted: seconds(now()),
      token: digest(token),
    };
    const made = { type: 'command', ...said, outcome: 'proposed', code: null, ...more } as const;
    const frame = parseFrameId(hexDigest(token));
    const signed = await signCommandRecord(
      { org: originator, frame, token, part: made, results: [] },
      { signer: hub.signer, federation, now: now() },
    );
    return { ...signed, token };
  };
  const proposal = await record(one, {});
  const { part: leaf } = proposal.statement.leaves[0] ?? { part: new Uint8Array() };
  const { command: first } = JSON.parse(Buffer.from(leaf).toString()) as CommandPart;
  const second = await record(other, { first, proposal: proposal.digest, outcome: 'cancelled', ...part });
  const named = { record: second.digest, command: digest(second.token) };
  return {
    digest: named.command,
    frame: recallFrame(second.digest),
    handTo: async (...orgs) => {
      for (const recipient of orgs) {
        const said = recallStatement({ recipient, originator }, named);
        const statement = await signDelivery(said, { signer: hub.signer, now: now() });
        const items = [{ recall: { proposal: proposal.bytes, record: second.bytes } }];
        const bytes = frames.delivery.encode({ statement, records: [], seed: new Uint8Array(), items });
        await hub.publish(recipient, subjects.delivery(LEDGER_OWNER, said.frame), bytes);
      }
    },
  };
}
