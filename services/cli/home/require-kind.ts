import { fail } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import {
  describeHome,
  type HomeKind,
  homeContract,
  isOwnContract,
} from '../../shared/trust/home-contract.js';
import { suggestedCommand } from '../terminal/suggested-command.js';

/** What a home of each kind is called, and the commands that start and create it. */
const KINDS: Readonly<Record<HomeKind, readonly [what: string, start: string, create: string]>> = {
  hub: ['the home of a hub', 'hub start', 'init hub'],
  site: ["the home of one organisation's site", 'site start', 'org join'],
  demo: ['the home of a demonstration', 'up', 'init --demo'],
};

/** Returns the command that starts what a home holds; `up` for a folder without a home. */
export function startCommand(home: Home): string {
  return KINDS[kindOf(home)][1];
}

/** Returns true for the home of one organisation's site. */
export const isSite = (home: Home): boolean => kindOf(home) === 'site';

/** Returns the command that creates a home of the same kind; `init --demo` for a folder without a home. */
export function createCommand(home: Home): string {
  return KINDS[kindOf(home)][2];
}

function kindOf(home: Home): HomeKind {
  return homeContract(home) === undefined ? 'demo' : describeHome(home).kind;
}

/**
 * Throws `usage` for a home of another kind, with the command that starts that one. A folder without a home passes, and so does
 * a home of another contract.
 */
export function requireKind(home: Home, kind: HomeKind): void {
  const contract = homeContract(home);
  if (contract === undefined || !isOwnContract(contract)) return;
  const found = describeHome(home).kind;
  if (found === kind) return;
  const [what, start] = KINDS[found];
  throw fail(
    'usage',
    `\`${home.root}\` is ${what}, not ${KINDS[kind][0]}: \`${suggestedCommand(start)}\` starts it`,
  );
}
