import type { FrameId, NoticeId, OrgId } from '../../../services/shared/kernel/ids.js';
import { signDelivery } from '../../../services/shared/ledger/delivery/delivery.js';
import { noticeEntry } from '../../../services/shared/ledger/command.js';
import { LEDGER_OWNER } from '../../../services/shared/ledger/command-content.js';
import type { CommandPart } from '../../../services/shared/ledger/command-record.js';
import { recallFrame, recallStatement } from '../../../services/shared/ledger/recall.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { subjects } from '../../../services/shared/wire/subjects.js';
import { readSigner, type Signer } from '../../../services/shared/trust/keys.js';
import { addPerson } from '../../support/add-person.js';
import { craftCommandPair } from '../../support/log/craft-command-pair.js';
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
  /** Replaces fields of the part in the first record. */
  readonly proposed?: Partial<CommandPart>;
  /** Replaces fields of the part in the second record; `first` in its command, too. */
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
  { originator, id, by, proposed = {}, part = {}, now = () => new Date() }: Recalled,
): Promise<CraftedRecall> {
  const about = { verb: 'cancel', org: originator, entry: noticeEntry(originator, id), notice: id } as const;
  const pair = { about, outcome: 'cancelled', by, proposed, part, now } as const;
  const { proposal, record: second } = await craftCommandPair(hub, pair);
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
