import { existsSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { shippedPolicies } from '../../shared/runtime/root.js';
import { isGiven, readNamed } from '../../shared/runtime/settings.js';
import type { Home } from '../../shared/runtime/home.js';

/** What `withPolicies` reads. */
export interface PolicyOptions {
  readonly policies: string;
  /** True where the command line names it. */
  readonly policiesGiven?: boolean;
}

/** Adds the option `--policies`; its default is `LIAISON_POLICIES`, else the folder in the clone. */
export function withPolicies(command: Command, about = 'a folder of policies'): Command {
  const option = new Option('--policies <folder>', about).env('LIAISON_POLICIES').default(shippedPolicies);
  return command.addOption(option).on('option:policies', () => command.setOptionValue('policiesGiven', true));
}

/**
 * Returns the options of a call in which the default of `--policies` is that of this environment, which has the defaults of the home:
 * commander knows only the one of the process.
 */
export function withPoliciesOf(
  env: NodeJS.ProcessEnv,
  options: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { policies, policiesGiven } = options;
  if (policies === undefined || policiesGiven === true || !isGiven('policies', env)) return options;
  return { ...options, policies: readNamed(['policies'], env).values.policies ?? policies };
}

/**
 * Returns the folder of policies of a federation on this machine: `LIAISON_POLICIES`, else that of the home's invented members,
 * else the folder in the clone.
 */
export function policiesIn(env: NodeJS.ProcessEnv, home: Pick<Home, 'policies'>): string {
  return isGiven('policies', env)
    ? (readNamed(['policies'], env).values.policies ?? shippedPolicies)
    : ownPolicies(home);
}

/** Returns the folder of the home's invented members, else the one in the clone. */
export function ownPolicies({ policies }: Pick<Home, 'policies'>): string {
  return existsSync(policies) ? policies : shippedPolicies;
}
