import type { FrameId, OrgId } from '../../../services/shared/kernel/ids.js';
import { signAction, type ActionContent } from '../../../services/shared/ledger/action.js';
import { createHandOutAction } from '../../../services/shared/ledger/action-delivery.js';
import { recordedOf } from '../../../services/shared/ledger/denials.js';
import type { SignedRecord } from '../../../services/shared/ledger/record-head.js';
import type { ReportPart } from '../../../services/shared/ledger/record-parts.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { readSigner } from '../../../services/shared/trust/keys.js';
import { subjects } from '../../../services/shared/wire/subjects.js';
import type { Action } from '../../../services/shared/wire/frames.js';
import type { Broker } from '../../support/broker.js';
import { someFrame } from '../craft.js';
import { craftDelivery, craftReport, decide, type Gift, noticePartOf } from '../craft-delivery.js';
import type { Hub } from '../play-hub.js';

/** Signs an action as the gateway of `europol` does, with the test's own numbers. */
export async function act(
  { broker, hub, now }: { readonly broker: Broker; readonly hub: Hub; readonly now: () => Date },
  content: ActionContent,
): Promise<Action> {
  const { directory } = hub;
  const signer = await readSigner(broker.home.org('europol' as OrgId, 'notice.jwk'));
  const members = directory.organisations.size;
  return signAction(content, { signer, federation: directory.federation, now: now(), members });
}

interface HandedOver {
  readonly to: OrgId;
  readonly actions: readonly Action[];
  readonly gifts?: readonly Gift[];
  readonly frame?: FrameId;
  /** The report that the delivery rests on; by default one that names exactly what is delivered. */
  readonly record?: SignedRecord;
  /** Whose leaf is handed over; by default the recipient's. */
  readonly leafOf?: OrgId;
}

interface HandingOver {
  readonly hub: Hub;
  readonly now: () => Date;
}

/** Delivers actions and notices of `europol` in one delivery, actions first, as a router does. */
export async function handOver({ hub, now }: HandingOver, handed: HandedOver): Promise<void> {
  const frame = handed.frame ?? someFrame();
  const bytes = await deliveryOf({ hub, now }, { ...handed, frame });
  await hub.publish(handed.to, subjects.delivery('europol' as OrgId, frame), bytes);
}

/** The delivery that `handOver` sends. */
export async function deliveryOf(
  { hub, now }: HandingOver,
  handing: HandedOver & { readonly frame: FrameId },
): Promise<Uint8Array> {
  const { to, actions, gifts = [], frame, leafOf = to } = handing;
  const by = { signer: hub.signer, directory: hub.directory, now };
  const originator = 'europol' as OrgId;
  const record = handing.record ?? (await reportOf({ hub, now }, handing));
  const handed = actions.flatMap((action) => createHandOutAction(action)(leafOf) ?? []);
  return craftDelivery(
    by,
    { recipient: to, originator, frame, gifts, records: [record] },
    {
      statement: { actions: handed.map(({ statement }) => digest(statement)) },
      frame: (made) => ({ ...made, items: [...handed.map((action) => ({ action })), ...made.items] }),
    },
  );
}

/** The report by which one recipient gets these actions and notices of `europol`. */
export function reportOf(
  { hub, now }: HandingOver,
  { to, actions, gifts = [], frame }: HandedOver & { readonly frame: FrameId },
): Promise<SignedRecord> {
  const by = { signer: hub.signer, directory: hub.directory, now };
  const acts = actions.map(({ statement }): ReportPart => ({ type: 'act', to, digest: digest(statement) }));
  const parts = gifts.flatMap(({ notice, sections }): readonly ReportPart[] => {
    const said = recordedOf(notice.jti, [decide(to, notice.sections, sections)]);
    return [noticePartOf(notice), ...said.decisions, ...said.denials];
  });
  return craftReport(by, { originator: 'europol' as OrgId, frame, parts: [...parts, ...acts] });
}
