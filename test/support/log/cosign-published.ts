import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { parseNote } from '../../../services/shared/tlog/signed-note.js';
import { memberCosignature } from '../../shared/tlog/member-cosignature.js';
import type { Broker } from '../broker.js';
import { until } from '../until.js';

/**
 * Cosigns the published checkpoint of an auditor with the witnesses of these members, as their gateways do. A new auditor signs
 * no second checkpoint before a quorum has cosigned its first.
 */
export async function cosignPublished(broker: Broker, url: string, orgs: readonly string[]): Promise<void> {
  const authorization = `Bearer ${readSecret(broker.home.router(1, 'auditor.token'))}`;
  const note = await until('a checkpoint', async () => {
    const response = await fetch(`${url}/checkpoint`, { headers: { authorization } });
    return response.ok ? response.text() : undefined;
  });
  const size = Number(parseNote(note).text.split('\n')[1]);
  for (const org of orgs) {
    const body = JSON.stringify({ size, line: await memberCosignature(broker, org, note) });
    const headers = { authorization, 'content-type': 'application/json' };
    const { ok, status } = await fetch(`${url}/v1/cosignatures`, { method: 'POST', headers, body });
    if (!ok) throw new Error(`the cosignature of ${org} was answered ${status}`);
  }
}
