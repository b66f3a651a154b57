import { variableOf } from '../../shared/runtime/config.js';
import type { RunFile } from './run-file.js';

interface RulesSourceParams {
  readonly env: NodeJS.ProcessEnv;
  /** Undefined while no hub runs. */
  readonly run: Partial<RunFile> | undefined;
}

/**
 * Returns true where members release their rules, so that the folder of policies has only those of the federation: by the settings of
 * the running hub, else by this environment.
 */
export function areRulesReleased({ env, run }: RulesSourceParams): boolean {
  const name = variableOf('policySource');
  return (run?.settings?.[name] ?? env[name]) === 'releases';
}
