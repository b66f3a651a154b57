import { type Code, isCode } from '../../../shared/kernel/errors.js';
import type { PolicyOptions } from '../../home/policies-folder.js';
import { withHomeDefaults } from '../../home/home-defaults.js';
import { isSite } from '../../home/require-kind.js';
import { areRulesReleased } from '../../home/rules-source.js';
import { findRunning } from '../../home/run-file.js';
import type { Call } from '../../verb.js';
import { hubBase } from './hub-base.js';
import type { PolicyBase } from './policy-base.js';
import { siteBase } from './site-base.js';

/** A call of a verb that is about policies. */
export type PolicyCall = Pick<Call<PolicyOptions>, 'options' | 'home' | 'env' | 'output'>;

/**
 * Returns what completes folders of policies for a call: at a hub whose members release their rules the adopted policies, at a site
 * open rules of all other members. Undefined where folders have the rules of all; and where the command line names the folder
 * (`isNamed`), before the routers adopted anything. Throws as `hubBase` and `siteBase` do.
 */
export async function openPolicyBase(
  { home, env, options: { policies } }: PolicyCall,
  isNamed: boolean,
): Promise<PolicyBase | undefined> {
  if (whereReadable(() => isSite(home)) === true) return siteBase({ home, policies });
  const run = whereReadable(() => findRunning(home));
  const settings = whereReadable(() => withHomeDefaults(home, env)) ?? env;
  if (!areRulesReleased({ env: settings, run })) return undefined;
  return hubBase(home).catch((thrown: unknown) => {
    if (isNamed && isCode(thrown, 'policies-missing')) return undefined;
    throw thrown;
  });
}

/** These verbs need no home: one that this user may not read, or that is damaged, counts as none. */
const NO_HOME: readonly Code[] = ['usage', 'forbidden', 'config-invalid', 'json-malformed'];

function whereReadable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (thrown) {
    if (isCode(thrown, ...NO_HOME)) return undefined;
    throw thrown;
  }
}
