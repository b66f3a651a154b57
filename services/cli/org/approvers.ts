import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fail } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { Home } from '../../shared/runtime/home.js';
import { personName } from '../../shared/trust/directory-key.js';
import { parsePublicJwk, type PrivateJwk, type PublicJwk } from '../../shared/trust/jwk.js';
import { generateKey } from '../../shared/trust/keys.js';
import { oneLinePattern } from '../../shared/wire/one-line-text.js';
import { requireOutside } from '../home/require-outside.js';

/** How many approvers an organisation names in its request, unless it names none. */
export const APPROVERS = 2;

/** A person who approves for an organisation, with the public key that this person holds. */
export interface Approver {
  readonly person: string;
  readonly key: PublicJwk;
}

/** An approver with the private key. */
export interface ApproverKey extends Approver {
  readonly key: PrivateJwk;
}

/** A person who is to approve, and the file that gets the private key. */
export interface NamedApprover {
  readonly person: string;
  readonly path: string;
}

const PERSON = new RegExp(oneLinePattern(200), 'u');
const [NAMES, FILES] = ['--approver', '--approver-out'] as const;

/**
 * Pairs the names of approvers with their files, in the order given. Throws `usage` with the option for anything but none or two of each,
 * for one person or file twice, and for a file that exists or is in the home, where the processes of the site could read it.
 */
export function nameApprovers(
  home: Home,
  persons: readonly string[],
  files: readonly string[],
): readonly NamedApprover[] {
  const paths = files.map((file) => resolve(file));
  if (persons.length === 0 && paths.length === 0) return [];
  for (const [option, given] of [
    [NAMES, persons],
    [FILES, paths],
  ] as const) {
    if (given.length !== APPROVERS)
      throw wrong(option, `needed ${APPROVERS} times, given ${given.length} times`);
  }
  if (!persons.every((person) => PERSON.test(person)))
    throw wrong(NAMES, 'expected a name of 1 to 200 characters');
  if (isRepeated(persons)) throw wrong(NAMES, 'expected two persons, not one twice');
  if (new Set(paths).size < APPROVERS) throw wrong(FILES, 'expected a file for each person');
  for (const path of paths) {
    if (existsSync(path)) throw wrong(FILES, `\`${path}\` exists: a key is never overwritten`);
    requireOutside(path, home);
  }
  return persons.map((person, index) => ({ person, path: paths[index] ?? '' }));
}

function wrong(path: string, message: string): Error {
  return fail('usage', `\`${path}\`: ${message}`, [{ path, message }]);
}

function isRepeated(persons: readonly string[]): boolean {
  return new Set(persons.map(personName)).size < persons.length;
}

/** Generates the key of each approver of an organisation. */
export function generateApprovers(org: OrgId, persons: readonly string[]): Promise<readonly ApproverKey[]> {
  return Promise.all(
    persons.map(async (person, index) => ({ person, key: await generateKey(approverKid(org, index)) })),
  );
}

/** Reads the approvers of a request: the first keys of the organisation itself. Throws `issuer-mismatch` and `key-invalid`. */
export function parseApprovers(org: string, approvers: readonly Approver[]): readonly Approver[] {
  const read = approvers.map(({ person, key }) => ({ person, key: parsePublicJwk(key) }));
  if (isRepeated(read.map(({ person }) => person)))
    throw fail('key-invalid', 'one person is named for two approver keys');
  for (const [index, { key }] of read.entries()) requireKid(key.kid, org, approverKid(org, index));
  return read;
}

/** Throws `issuer-mismatch` for the id of another organisation's key, `key-invalid` for another id than the expected one. */
export function requireKid(kid: string, org: string, expected: string): void {
  if (!kid.startsWith(`${org}:`)) throw fail('issuer-mismatch', `key \`${kid}\` is not of \`${org}\``);
  if (kid !== expected) throw fail('key-invalid', `key \`${kid}\` is not \`${expected}\``);
}

function approverKid(org: string, index: number): string {
  return `${org}:approver:${index + 1}`;
}
