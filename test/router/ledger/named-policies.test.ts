import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createLedgerNames, noteNamedPolicies } from '../../../services/router/ledger/named-policies.js';
import { digest } from '../../../services/shared/trust/digest.js';

const [first, second] = [digest('first'), digest('second')];
const at = (seconds: number): Date => new Date(seconds * 1_000);

function projection() {
  const facts = new Map<string, string>();
  const store = {
    fact: (name: string) => facts.get(name),
    setFact: (name: string, value: string) => void facts.set(name, value),
  };
  const ledger = createLedgerNames(store);
  ledger.follow(() => true);
  return { store, ledger };
}

describe('the policies that the newest report names', () => {
  test('are undefined while no report names any, as in a ledger of an older release', async () => {
    const { store, ledger } = projection();
    noteNamedPolicies(store, { issuedAt: at(5) });
    expect(await ledger.named()).toBeUndefined();
  });

  test('are those of the latest report, in whatever order reports are applied', async () => {
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
    ]) {
      const { store, ledger } = projection();
      const reports = [
        { bundle: first, issuedAt: at(10) },
        { bundle: second, issuedAt: at(20) },
        { issuedAt: at(30) },
      ];
      for (const index of order) noteNamedPolicies(store, reports[index] ?? { issuedAt: at(0) });
      expect(await ledger.named(), order.join()).toEqual({ digest: second, at: 20_000 });
    }
  });

  test('are known only when the ledger is read, and never after the router stopped', async () => {
    const { store } = projection();
    const ledger = createLedgerNames(store);
    let isRead = false;
    ledger.follow(() => isRead);
    let isNamed = false;
    const named = ledger.named().then(() => (isNamed = true));
    await delay(250);
    expect(isNamed).toBe(false);
    isRead = true;
    await named;
    ledger.close();
    const ended = await Promise.race([ledger.named(), delay(250).then(() => 'waits')]);
    expect(ended).toBe('waits');
  });
});
