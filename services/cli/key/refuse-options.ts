import { fail } from '../../shared/kernel/errors.js';

/** Where the options of a request to the hub have no effect. */
export const NO_SITE = 'in this home: only a site asks the hub for it';

/** Throws `usage`, with the option as place, for the first of `options` that was given: `where` they have no effect. */
export function refuseOptions(options: Readonly<Record<string, unknown>>, where: string): void {
  const option = Object.keys(options).find((name) => options[name] !== undefined);
  if (option === undefined) return;
  const message = `has no effect ${where}`;
  throw fail('usage', `\`${option}\` ${message}`, [{ path: option, message }]);
}
