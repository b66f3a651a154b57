import type { Command } from 'commander';
import { fail } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import { isSafeUrl, SAFE_URL } from '../../shared/tlog/is-safe-url.js';
import { readSecret } from '../../shared/trust/secret-file.js';
import { requireRunning } from '../home/run-file.js';
import { clientOfAuditor, federationAuditorClient, type OperatorClient } from '../http-client.js';

/** The options of verbs that read the log from the auditor of the home, or from another one or a mirror. */
export interface AuditorOptions {
  readonly auditor?: string;
  readonly token?: string;
}

/** Adds the options to a verb. */
export function addAuditorOptions(command: Command): Command {
  return command
    .option('--auditor <url>', 'read from this auditor or mirror (default: the running auditor of the home)')
    .option('--token <file>', 'with `--auditor`: a file with the token for it');
}

/**
 * Returns a client of the auditor that the options name, else of the running one. Throws `usage` unless both options are given,
 * and for an address to which the token may not be sent.
 */
export function auditorOf({ auditor, token }: AuditorOptions, home: Home): OperatorClient {
  if (auditor === undefined && token === undefined)
    return federationAuditorClient(home, requireRunning(home));
  if (auditor === undefined || token === undefined)
    throw fail('usage', '`--auditor` and `--token` belong together');
  if (!isSafeUrl(auditor)) throw fail('usage', `\`--auditor\` is not ${SAFE_URL}`);
  return clientOfAuditor(auditor.replace(/\/$/, ''), readSecret(token));
}
