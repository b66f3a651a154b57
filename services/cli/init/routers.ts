import { counted } from '../../shared/wire/counted.js';
import { existsSync, readdirSync } from 'node:fs';
import { fail } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import { createCommand } from '../home/require-kind.js';
import { routerNumbers } from '../home/process-names.js';
import { suggestedCommand } from '../terminal/suggested-command.js';

/** Returns the number of routers a home was made for: the first, plus one for each numbered folder, even without a key. */
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
 * Checks that a home was made for the wanted number of routers and holds the key of each. Throws `usage` for another
 * number, as the broker's configuration lists the routers' keys too; `config-invalid` where a key is missing.
 */
export function requireRouters(home: Home, wanted: number | undefined): void {
  const there = routersOf(home);
  if (wanted !== undefined && wanted !== there) {
    throw fail(
      'usage',
      `\`${home.root}\` was made for ${counted(there, 'router')}: \`--fresh\` creates it again and deletes its contents`,
      [{ path: '--routers', message: `there are ${there}` }],
    );
  }
  const lost = routerNumbers(there)
    .map((number) => home.router(number, 'hub.jwk'))
    .filter((path) => !existsSync(path));
  if (lost.length === 0) return;
  throw fail(
    'config-invalid',
    `\`${lost.join('`, `')}\` is missing: restore it from a backup, or create the home again with ` +
      `\`${suggestedCommand(`${createCommand(home)} --force`)}\`, which deletes its contents`,
  );
}
