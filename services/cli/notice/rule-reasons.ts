import type { Home } from '../../shared/runtime/home.js';
import { digest } from '../../shared/trust/digest.js';
import type { ShownNotice } from './notice-table.js';
import { policiesIn } from '../home/policies-folder.js';
import { newestDirectory } from '../init/home-directory.js';

/**
 * Adds the reason of each rule to a notice, as reports contain only ids. Reads the reasons from the local folder of policies;
 * adds none if it does not load.
 */
export async function withReasons(
  notice: ShownNotice,
  { home, env }: { readonly home: Home; readonly env: NodeJS.ProcessEnv },
): Promise<ShownNotice> {
  const reasons = await reasonsIn(home, policiesIn(env, home));
  const recipients = notice.recipients.map((recipient) => ({
    ...recipient,
    rules: recipient.rules.map((rule) => {
      const reason = rule.reason ?? reasons.get(rule.id);
      return reason === undefined ? rule : { ...rule, reason };
    }),
  }));
  return { ...notice, recipients };
}

async function reasonsIn(home: Home, folder: string): Promise<ReadonlyMap<string, string>> {
  try {
    // Imported on demand, as it loads Cedar.
    const { loadPolicies } = await import('../../shared/policy/policies.js');
    const { rules } = loadPolicies(folder, await newestDirectory(home), digest);
    return new Map([...rules].map(([id, { reason }]) => [id, reason]));
  } catch {
    return new Map();
  }
}
