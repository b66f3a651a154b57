import { type Command, Option } from 'commander';
import { shippedPolicies } from '../../shared/runtime/root.js';
import { readNamed } from '../../shared/runtime/settings.js';

/** Adds the option `--policies`; its default is `LIAISON_POLICIES`, else the folder in the clone. */
export function withPolicies(command: Command, about = 'a folder of policies'): Command {
  return command.addOption(
    new Option('--policies <folder>', about).env('LIAISON_POLICIES').default(shippedPolicies),
  );
}

/** Returns the folder of policies of a federation on this machine: `LIAISON_POLICIES`, else the folder in the clone. */
export function policiesIn(env: NodeJS.ProcessEnv): string {
  return readNamed(['policies'], env).values.policies ?? shippedPolicies;
}
