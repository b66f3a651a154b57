import { type Command, Option } from 'commander';
import { shippedPolicies } from '../../shared/runtime/root.js';
import { readNamed } from '../../shared/runtime/settings.js';

/** Adds `--policies`: what `LIAISON_POLICIES` names, else the folder in the clone, unless another is given. */
export function withPolicies(command: Command, about = 'a folder of policies'): Command {
  return command.addOption(
    new Option('--policies <folder>', about).env('LIAISON_POLICIES').default(shippedPolicies),
  );
}

/** What a federation of this machine runs by: `LIAISON_POLICIES`, else the folder in the clone. */
export function policiesIn(env: NodeJS.ProcessEnv): string {
  return readNamed(['policies'], env).values.policies ?? shippedPolicies;
}
