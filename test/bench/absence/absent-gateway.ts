import { gatewayName } from '../../../services/cli/home/process-names.js';
import type { Federation } from '../../../services/cli/up/federation.js';
import { fail } from '../../../services/shared/kernel/errors.js';
import type { OrgId } from '../../../services/shared/kernel/ids.js';

/** Selects the gateway to freeze: that of the last organisation, which gets notices of every kind. */
export function splitOrgs(orgs: readonly OrgId[]): {
  readonly absent: OrgId;
  readonly others: readonly OrgId[];
} {
  const absent = orgs.at(-1);
  if (absent === undefined) throw fail('internal', 'no organisation');
  return { absent, others: orgs.slice(0, -1) };
}

/** Runs `work` while a gateway is stopped by SIGSTOP, and then resumes it. */
export async function withoutGateway(
  { pid }: Federation,
  org: OrgId,
  work: () => Promise<unknown>,
): Promise<void> {
  const gateway = pid(gatewayName(org));
  if (gateway === undefined) throw fail('internal', `no gateway of ${org} runs`);
  process.kill(gateway, 'SIGSTOP');
  try {
    await work();
  } finally {
    process.kill(gateway, 'SIGCONT');
  }
}
