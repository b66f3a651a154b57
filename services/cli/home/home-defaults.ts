import { variableOf } from '../../shared/runtime/config.js';
import type { Home } from '../../shared/runtime/home.js';
import { isGiven } from '../../shared/runtime/settings.js';
import { describeHome } from '../../shared/trust/home-contract.js';

/**
 * Returns the environment with the defaults of a home: a hub of `init hub` takes the rules of its members from their releases.
 * Throws as `describeHome` does.
 */
export function withHomeDefaults(home: Home, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { policySource } = describeHome(home);
  if (policySource === undefined || isGiven('policySource', env)) return env;
  return { ...env, [variableOf('policySource')]: policySource };
}
