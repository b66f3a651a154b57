import { fail, isCode } from '../../shared/kernel/errors.js';
import { type OpenedDelivery, openDelivery } from '../../shared/ledger/delivery/open-delivery.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { digest } from '../../shared/trust/digest.js';
import { type DeliveryFrame, frames } from '../../shared/wire/frames.js';
import type { ClockWatch } from '../clock-watch.js';
import type { Identity } from '../identity.js';
import { openDeliveredItems } from './open-delivered-items.js';
import { type Arrival, takeDelivery } from './take-delivery.js';

/** What the receivers of deliveries and of recalls use. */
export interface DeliveryDeps {
  readonly identity: Identity;
  readonly store: GatewayStore;
  readonly clockWatch: Pick<ClockWatch, 'heard' | 'mayPass'>;
  /** True when everything that waited in the stream IN was delivered some time ago. */
  readonly isDrained: () => boolean;
  /** A receipt was stored and waits to be sent. */
  readonly onReceipt: () => void;
  /** This many notices are new in the inbox; 0 for a repeated delivery. */
  readonly onHeld: (count: number) => void;
  /** Local systems have something new to read. */
  readonly onTold: () => void;
  /** Content was erased from the database. */
  readonly onErased: () => void;
}

/**
 * Creates the receiver of `in.delivery.<originator>.<frame>`: verifies that it holds exactly what its records
 * leave to this organisation, opens each notice, applies the number rule, and stores notices and receipt in
 * one transaction. Answers a repeated delivery, and a part of one, with the same receipt, unless a wrong clock may have
 * caused that receipt: then judges the frame again, and signs another receipt if the result differs. Throws temporary
 * errors (`mayPass`), and the error that makes the whole frame invalid; with `delivery-differs` the statements are kept
 * as evidence.
 */
export function createReceiveDelivery(deps: DeliveryDeps) {
  const { identity, store, clockWatch, isDrained, onReceipt, onHeld, onTold, onErased } = deps;
  return async (arrival: Arrival, bytes: Uint8Array): Promise<void> => {
    const delivery = frames.delivery.decode(bytes);
    try {
      const opened = await openFrame(identity, arrival, delivery);
      clockWatch.heard(opened.statement.issuedAt);
      const opening = { identity, mayPass: clockWatch.mayPass, read: store.holdings.read, isDrained };
      const openItems = () => openDeliveredItems(opening, opened);
      const { held, isTold, isErased } = await takeDelivery(deps, arrival, { delivery, opened, openItems });
      if (isErased) onErased();
      onHeld(held);
      if (isTold) onTold();
    } catch (thrown) {
      if (isCode(thrown, 'delivery-differs')) await keepEvidence({ identity, store }, arrival, delivery);
      throw thrown;
    }
    onReceipt();
  };
}

async function openFrame(
  { org, directory, clock }: Identity,
  arrival: Arrival,
  delivery: DeliveryFrame,
): Promise<OpenedDelivery> {
  const reading = { directory: directory.current(), recipient: org, now: clock() };
  const opened = await openDelivery(delivery, reading);
  const { originator, frame } = opened.statement;
  if (originator !== arrival.originator) throw fail('issuer-mismatch', 'a delivery for another originator');
  if (frame !== arrival.frame) throw fail('frame-id-mismatch', 'a delivery for another frame');
  return opened;
}

/** Keeps the statements of a delivery in which the hub contradicts itself. */
export async function keepEvidence(
  { identity, store }: Pick<DeliveryDeps, 'identity' | 'store'>,
  { originator, frame }: Arrival,
  delivery: DeliveryFrame,
): Promise<void> {
  const evidence = {
    what: 'contradiction' as const,
    org: originator,
    frame,
    digest: digest(delivery.statement),
    // The records of a recall are its evidence; notices and actions are not kept.
    bytes: frames.delivery.encode({ ...delivery, items: delivery.items.filter(({ recall }) => recall) }),
    at: identity.clock().getTime(),
  };
  await store.commit(() => store.evidence.keep(evidence));
}
