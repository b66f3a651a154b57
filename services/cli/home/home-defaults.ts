import { resolve } from 'node:path';
import { variableOf } from '../../shared/runtime/config.js';
import type { Home } from '../../shared/runtime/home.js';
import { isGiven } from '../../shared/runtime/settings.js';
import { describeHome, descriptionWith } from '../../shared/trust/home-contract.js';
import { writeSecretJson } from '../init/secrets.js';

const DEFAULTS = ['policySource', 'policies'] as const;

/**
 * Returns the environment with the defaults of a home: a hub of `init hub` takes the rules of its members from their releases, and
 * uses the folder of policies that was named last. Throws as `describeHome` does.
 */
export function withHomeDefaults(home: Home, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const described = describeHome(home);
  const defaults = DEFAULTS.flatMap((name) => {
    const value = described[name];
    return value === undefined || isGiven(name, env) ? [] : [[variableOf(name), value] as const];
  });
  return defaults.length === 0 ? env : { ...env, ...Object.fromEntries(defaults) };
}

/** Notes the folder of policies of a hub in its `home.json`: it is the default of every later command. */
export function rememberPolicies(home: Home, folder: string): void {
  const policies = resolve(folder);
  if (describeHome(home).policies !== policies)
    writeSecretJson(home.contract, descriptionWith(home, { policies }));
}
