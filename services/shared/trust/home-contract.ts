import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { fail } from '../kernel/errors.js';
import { isJsonObject } from '../kernel/json-object.js';
import { readOpen } from '../kernel/read-open.js';
import { parseStrictJson } from '../kernel/strict-json.js';
import type { Home } from '../runtime/home.js';
import { CONTRACT, OLDEST_CONTRACT } from '../wire/contract.js';

/** What a home holds: a hub, one organisation's site, or every key of a demonstration. */
const KINDS = ['hub', 'site', 'demo'] as const;

/** One of `KINDS`. */
export type HomeKind = (typeof KINDS)[number];

/** The content of `home.json`; a later build may add members. */
export interface HomeDescription {
  readonly contract: number;
  /** A home without it is that of a demonstration. */
  readonly kind: HomeKind;
  /** Of a hub: for how many members its broker has room. */
  readonly members?: number;
  /** Of a hub: the default of `LIAISON_POLICY_SOURCE`; a hub without it was made when the folder was the only source. */
  readonly policySource?: 'releases';
  /** Of a hub: the default of `LIAISON_POLICIES`, an absolute path: the folder that was named last. */
  readonly policies?: string;
}

/**
 * Returns the contract of the build that made a home; 0 for a home from before `home.json` existed; undefined
 * for a folder without a home, or with only a key of one. Throws `config-invalid` or `json-…` for a damaged
 * `home.json`.
 */
export function homeContract(home: Home): number | undefined {
  if (!existsSync(home.contract)) return isHome(home) ? 0 : undefined;
  const contract = readDescription(home)['contract'];
  if (isCount(contract)) return contract;
  throw fail('config-invalid', `\`${home.contract}\` does not say the contract of this home`);
}

/** Reads what `home.json` says; a home of before that file is that of a demonstration. Throws as `homeContract`. */
export function describeHome(home: Home): Omit<HomeDescription, 'contract'> {
  const found = existsSync(home.contract) ? readDescription(home) : {};
  const { kind = 'demo', members, policySource, policies } = found;
  const isKnown = KINDS.find((known) => known === kind);
  const isSound =
    (members === undefined || isCount(members)) &&
    (policySource === undefined || policySource === 'releases') &&
    (policies === undefined || (typeof policies === 'string' && isAbsolute(policies)));
  if (isKnown === undefined || !isSound)
    throw fail('config-invalid', `\`${home.contract}\` does not say what this home holds`);
  return {
    kind: isKnown,
    ...(members === undefined ? {} : { members }),
    ...(policySource === undefined ? {} : { policySource }),
    ...(policies === undefined ? {} : { policies }),
  };
}

function readDescription(home: Home): Readonly<Record<string, unknown>> {
  const found = parseStrictJson(readOpen(home.contract));
  return isJsonObject(found) ? found : {};
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

/** True for a contract that this build speaks, so that it can use a home of it. */
export function isOwnContract(contract: number): boolean {
  return contract >= OLDEST_CONTRACT && contract <= CONTRACT;
}

/**
 * Requires a home of a contract that this build speaks, or a folder without a home; called before anything in
 * it is changed. Throws `home-older` or `home-newer`, whose message says what to do.
 */
export function requireHomeContract(home: Home): void {
  const contract = homeContract(home);
  if (contract === undefined || isOwnContract(contract)) return;
  const isOlder = contract < OLDEST_CONTRACT;
  const which = `\`${home.root}\` is a home of ${contract === 0 ? 'before contract 1' : `contract ${contract}`}`;
  throw fail(
    isOlder ? 'home-older' : 'home-newer',
    `${which}, and this build speaks contract ${CONTRACT}: create a new home with \`up --fresh\`, which moves the files of this one ` +
      'aside, or keep the folder for the build that made it',
  );
}

/** Returns the content of `home.json` for a home that this build makes. */
export function newDescription(description: Omit<HomeDescription, 'contract'>): HomeDescription {
  return { contract: CONTRACT, ...description };
}

/** Returns the content of `home.json` with another folder of policies, and all else as it is. */
export function descriptionWith(home: Home, change: Pick<HomeDescription, 'policies'>): object {
  return { ...readDescription(home), ...change };
}

/** True if the folder has one of the files that every complete home has. */
function isHome(home: Home): boolean {
  return [home.directory, home.anchor, home.rootKey].some((path) => existsSync(path));
}
