import { type Bus, connectAs } from '../../../services/shared/bus/connect.js';
import { consume } from '../../../services/shared/bus/consume.js';
import type { Delivery } from '../../../services/shared/bus/delivery.js';
import { publishOnce } from '../../../services/shared/bus/publish.js';
import { sources } from '../../../services/shared/bus/streams.js';
import { type OrgId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import type { Home } from '../../../services/shared/runtime/home.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { noticesIn } from '../../../services/shared/wire/items.js';
import { parseSubject, subjects } from '../../../services/shared/wire/subjects.js';

interface Piping {
  readonly home: Home;
  readonly nats: string;
  readonly orgs: readonly string[];
  /** Recipients of each frame. */
  readonly copies: number;
}

/**
 * The yardstick: consumes each organisation's frames as the router does, publishes them to as many recipients, and
 * acknowledges. No signature, policy, ledger or report.
 */
export async function runPipe({
  home,
  nats,
  orgs,
  copies,
}: Piping): Promise<{ readonly stop: () => Promise<void> }> {
  const ids = orgs.map(parseOrgId);
  const buses = new Map<OrgId, Bus>();
  for (const org of ids) {
    const seed = readSecret(home.hub('router', 'orgs', `${org}.nk`));
    buses.set(org, await connectAs({ servers: nats, seed, role: 'router', name: 'pipe' }));
  }
  const consumptions = await Promise.all(
    [...buses].map(([org, bus], index) => {
      const recipients = Array.from({ length: copies }, (_, step) => ids[(index + 1 + step) % ids.length]);
      const to = recipients.flatMap((recipient) => (recipient === undefined ? [] : [buses.get(recipient)]));
      const targets = to.filter((target) => target !== undefined);
      const handle = (delivery: Delivery): Promise<void> => forward(delivery, { org, targets });
      return consume(bus, sources.out, { handle, onError: () => {} });
    }),
  );
  return {
    stop: async () => {
      await Promise.all(consumptions.map((consumption) => consumption.stop()));
      await Promise.all([...buses.values()].map((bus) => bus.close()));
    },
  };
}

async function forward(
  delivery: Delivery,
  { org, targets }: { readonly org: OrgId; readonly targets: readonly Bus[] },
): Promise<void> {
  const parsed = parseSubject(delivery.subject);
  if (parsed?.type === 'out' && parsed.of === 'submission') {
    const { submission } = frames.submissionFrame.decode(delivery.bytes);
    const notices = noticesIn(frames.submission.decode(submission));
    const items = notices.map((notice) => ({ notice }));
    const bytes = frames.delivery.encode({ statement: '', records: [], seed: new Uint8Array(), items });
    const subject = subjects.delivery(org, parsed.frame);
    await Promise.all(targets.map((bus) => publishOnce(bus, { subject, bytes })));
  }
  await delivery.settle();
}
