import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { fail } from '../../shared/kernel/errors.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import type { Home } from '../../shared/runtime/home.js';
import { parseWitnessPolicy } from '../../shared/tlog/witness-policy.js';
import { openDirectory } from '../../shared/trust/directory.js';
import { parsePublicJwk } from '../../shared/trust/jwk.js';
import type { EvidenceContext } from '../../shared/verify/verify-pack.js';
import { describeSystemError } from '../home/file-errors.js';

/** The options of every verb that verifies evidence. */
export interface VerifierOptions {
  readonly root?: string;
  readonly directory?: string;
  readonly witnesses?: string;
}

/** Adds the options to a verb. */
export function addVerifierOptions(command: Command): Command {
  return command
    .option('--root <file>', "the federation root's public key (default: `root.pub.jwk` of the home)")
    .option('--directory <file>', 'a later version of the directory, to know of keys that were revoked since')
    .option('--witnesses <file>', 'a witness policy: who must have cosigned the checkpoint of each record');
}

/** Reads what evidence is verified against. Throws as the parsers of these files do, and `usage`. */
export async function readVerifier(
  { root: rootPath, directory, witnesses }: VerifierOptions,
  home: Home,
): Promise<Omit<EvidenceContext, 'requireLog'>> {
  const root = parsePublicJwk(parseStrictJson(readArgument(rootPath ?? home.anchor)));
  const policy = witnesses === undefined ? {} : { witnesses: parseWitnessPolicy(readArgument(witnesses)) };
  const later =
    directory === undefined ? {} : { directory: await openDirectory(readArgument(directory), root) };
  return { root, now: new Date(), ...policy, ...later };
}

/** Reads a file that the user named. Throws `usage`. */
export function readArgument(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw fail('usage', `\`${path}\` cannot be read: ${describeSystemError(error)}`);
  }
}
