import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectAs } from '../../../services/shared/bus/connect.js';
import { pull } from '../../../services/shared/bus/pull.js';
import { sources } from '../../../services/shared/bus/streams.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { createCanarySearch } from '../../support/canary-search.js';
import { startFederation, type TestFederation } from '../../support/federation.js';
import { bytesOf, filesBelow } from '../../support/files-below.js';
import { until } from '../../support/until.js';
import { exampleDraft, localSystems } from '../../support/notices.js';

let federation: TestFederation;
beforeAll(async () => {
  federation = await startFederation({ separate: true });
});
afterAll(() => federation.close());

/** Returns the example with a canary in the remarks of every section. */
function withCanaries(): { readonly draft: unknown; readonly canaries: ReadonlyMap<string, string> } {
  const { header, sections } = exampleDraft('red');
  const canaries = new Map(Object.keys(sections).map((name) => [name, randomBytes(16).toString('hex')]));
  const marked = Object.entries(sections).map(([name, value]) => [
    name,
    { ...(value as object), remarks: `canary ${canaries.get(name)}` },
  ]);
  return { draft: { header, sections: Object.fromEntries(marked) }, canaries };
}

describe("a withheld section's canary", () => {
  test('is in no database, write-ahead log or message of the recipient that must not have it', async () => {
    const europol = localSystems(federation).find(({ org }) => org === 'europol')!;
    const { draft, canaries } = withCanaries();
    expect(canaries.size).toBeGreaterThan(3);
    const preview = await europol.preview(draft);
    const recipients = preview.recipients.filter(({ outcome }) => outcome === 'redacted');
    expect(recipients.length).toBeGreaterThan(0);
    for (const { org } of recipients) await federation.freeze(`gateway-${org}`);
    const id = await europol.submit(draft);
    await until('the report', async () => (await europol.show(id)).state === 'routed');
    const messages = new Map<string, readonly Uint8Array[]>();
    for (const { org } of recipients) messages.set(org, await messagesOf(org));
    for (const { org } of recipients) federation.kill(`gateway-${org}`, 'SIGCONT');
    await europol.settled(id);

    for (const { org, sections } of recipients) {
      const search = createCanarySearch(canaries.values());
      for (const message of messages.get(org) ?? []) search.look(message);
      const inMessages = new Set(search.found);
      for (const file of filesBelow(dirname(federation.home.org(parseOrgId(org), 'gateway.db')))) {
        search.look(bytesOf(file));
      }
      const disclosed = [...canaries]
        .filter(([name]) => sections[name]?.effect === 'disclose')
        .map(([, canary]) => canary);
      const withheld = [...canaries]
        .filter(([name]) => sections[name]?.effect !== 'disclose')
        .map(([, canary]) => canary);
      expect(withheld.length, org).toBeGreaterThan(0);
      // Control: the search finds disclosed canaries in both places.
      expect([...inMessages].toSorted(), org).toEqual(disclosed.toSorted());
      expect([...search.found].toSorted(), org).toEqual(disclosed.toSorted());
    }
  }, 400_000);
});

/** Reads the messages that wait in an organisation's account, as its gateway does, and returns them to the queue. */
async function messagesOf(org: string): Promise<readonly Uint8Array[]> {
  const bus = await connectAs({
    servers: federation.run().nats,
    seed: readSecret(federation.home.org(parseOrgId(org), 'gateway.nk')),
    role: 'gateway',
    name: 'test',
  });
  try {
    return await until(`a delivery to ${org}`, async () => {
      const deliveries = await pull(bus, sources.in, { max: 64 });
      for (const delivery of deliveries) delivery.nak();
      const bytes = deliveries
        .filter(({ subject }) => subject.startsWith('in.delivery.'))
        .map(({ bytes }) => bytes);
      return bytes.length === 0 ? undefined : bytes;
    });
  } finally {
    await bus.close();
  }
}
