import { existsSync, readdirSync } from 'node:fs';
import { fail } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import { suggestedCommand } from '../terminal/suggested-command.js';

/** 1, 2, … as many as there are routers. */
export const routerNumbers = (count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => index + 1);

/** What the process of a router is called on this machine: the first has no number. */
export const routerName = (number: number): string => (number === 1 ? 'router' : `router-${number}`);

/** How many routers a home was made for: one, and each further one has a folder of its own, also where its key is lost. */
export function routersOf(home: Home): number {
  return Math.max(1, ...namesIn(home.router(1)).map(Number).filter(Number.isSafeInteger));
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/**
 * Throws `usage` where a home was made for another number of routers, as their keys are in the broker's configuration too;
 * `config-invalid` where the key of one is lost: without it one router less would start, or none.
 */
export function requireRouters(home: Home, wanted: number | undefined): void {
  const there = routersOf(home);
  if (wanted !== undefined && wanted !== there) {
    throw fail(
      'usage',
      `\`${home.root}\` was made for ${there} ${there === 1 ? 'router' : 'routers'}: \`--fresh\` makes it anew and loses what it holds`,
      [{ path: '--routers', message: `there are ${there}` }],
    );
  }
  const lost = routerNumbers(there)
    .map((number) => home.router(number, 'hub.jwk'))
    .filter((path) => !existsSync(path));
  if (lost.length === 0) return;
  throw fail(
    'config-invalid',
    `\`${lost.join('`, `')}\` is missing: restore it from a backup, or make the home anew with ` +
      `\`${suggestedCommand('init --demo --force')}\`, which loses what it holds`,
  );
}
