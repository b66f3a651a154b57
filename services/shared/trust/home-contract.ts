import { existsSync } from 'node:fs';
import { fail } from '../kernel/errors.js';
import { isJsonObject } from '../kernel/json-object.js';
import { readOpen } from '../kernel/read-open.js';
import { parseStrictJson } from '../kernel/strict-json.js';
import type { Home } from '../runtime/home.js';
import { CONTRACT, OLDEST_CONTRACT } from '../wire/contract.js';

/**
 * Returns the contract of the build that made a home; 0 for a home from before `home.json` existed; undefined
 * for a folder without a home, or with only a key of one. Throws `config-invalid` or `json-…` for a damaged
 * `home.json`.
 */
export function homeContract(home: Home): number | undefined {
  if (!existsSync(home.contract)) return isHome(home) ? 0 : undefined;
  const found = parseStrictJson(readOpen(home.contract));
  const contract = isJsonObject(found) ? found['contract'] : undefined;
  if (Number.isSafeInteger(contract) && Number(contract) > 0) return Number(contract);
  throw fail('config-invalid', `\`${home.contract}\` does not say the contract of this home`);
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

/** The content of `home.json` as this build writes it; a later build may add members. */
export const HOME_CONTRACT: { readonly contract: number } = { contract: CONTRACT };

/** True if the folder has one of the files that every complete home has. */
function isHome(home: Home): boolean {
  return [home.directory, home.anchor, home.rootKey].some((path) => existsSync(path));
}
