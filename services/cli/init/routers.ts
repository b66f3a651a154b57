import { existsSync } from 'node:fs';
import { fail } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';

/** 1, 2, … as many as there are routers. */
export const routerNumbers = (count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => index + 1);

/** What the process of a router is called on this machine: the first has no number. */
export const routerName = (number: number): string => (number === 1 ? 'router' : `router-${number}`);

/** How many routers an initialised home was made for: each has a signing key of its own. */
export function routersOf(home: Home): number {
  let count = 0;
  while (existsSync(home.router(count + 1, 'hub.jwk'))) count += 1;
  return count;
}

/** Throws `usage` where a home was made for another number of routers: their keys are in the broker's configuration. */
export function requireRouters(home: Home, wanted: number | undefined): void {
  const there = routersOf(home);
  if (wanted === undefined || wanted === there) return;
  throw fail(
    'usage',
    `\`${home.root}\` was made for ${there} ${there === 1 ? 'router' : 'routers'}: \`--fresh\` makes it anew and loses what it holds`,
    [{ path: '--routers', message: `there are ${there}` }],
  );
}
