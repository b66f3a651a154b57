import type { Bus } from '../../services/shared/bus/connect.js';
import { eraseMessage, nextOn } from '../../services/shared/bus/direct-get.js';
import { parseStrictJson } from '../../services/shared/kernel/strict-json.js';
import { frames } from '../../services/shared/wire/frames.js';
import type { TestHub } from './hub.js';

/** The quarantine entries, as their statements describe them. */
export async function quarantined(
  core: Bus,
): Promise<readonly { readonly org: string; readonly reason: string }[]> {
  const found: { org: string; reason: string }[] = [];
  for (let from = 1; ; ) {
    const stored = await nextOn(core, { stream: 'QUARANTINE', subject: 'quarantine.*', from });
    if (stored === undefined) return found;
    const { statement } = frames.quarantined.decode(stored.bytes);
    const payload = Buffer.from(statement.split('.')[1] ?? '', 'base64url').toString() || '{}';
    const { org, reason } = parseStrictJson(payload) as { org: string; reason: string };
    found.push({ org, reason });
    from = stored.seq + 1;
  }
}

/** Fills an organisation's IN to its last byte with messages that no gateway reads; the returned function removes them. */
export async function fillIn({ broker }: TestHub, org: string): Promise<() => Promise<void>> {
  const bus = await broker.connect('router', org);
  const filled: number[] = [];
  for (let size = 1_000_000; size >= 64; size = Math.floor(size / 8)) {
    while (await put(bus, { subject: `in.filler.${filled.length}`, size, filled }));
  }
  return async () => {
    for (const seq of filled) await eraseMessage(bus, { stream: 'IN', seq });
    await bus.close();
  };
}

async function put(
  bus: Bus,
  { subject, size, filled }: { readonly subject: string; readonly size: number; readonly filled: number[] },
): Promise<boolean> {
  try {
    const { seq } = await bus.js.publish(subject, new Uint8Array(size));
    filled.push(seq);
    return true;
  } catch {
    return false;
  }
}
