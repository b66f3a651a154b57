import type { Caller } from '../../shared/trust/callers.js';
import { type Output, table } from '../terminal/output.js';

/** One that may ask, without anything that lets in. */
export interface ShownToken {
  readonly service: string;
  readonly name: string;
  readonly scopes: readonly string[];
  /** Whose eyes a person at the console has; null for the federation's own, and elsewhere. */
  readonly org: string | null;
  /** When it was made; null where that is not known. */
  readonly since: string | null;
  /** When it ends; null for one that is good until it is revoked. */
  readonly until: string | null;
  readonly ended: boolean;
}

export function showToken(service: string, caller: Caller, now: Date): ShownToken {
  const { name, scopes, org = null, since = null, until = null } = caller;
  const ended = until !== null && Date.parse(until) <= now.getTime();
  return { service, name, scopes, org, since, until, ended };
}

export function tokenTable(tokens: readonly ShownToken[], output: Pick<Output, 'paint' | 'width'>): string {
  const { red } = output.paint;
  const day = (time: string | null): string => time?.slice(0, 16).replace('T', ' ') ?? '–';
  return table(
    ['service', 'name', 'since', 'ends', 'scopes'],
    tokens.map(({ service, name, since, until, ended, org, scopes }) => [
      service,
      name,
      day(since),
      ended ? red(`ended ${day(until)}`) : day(until),
      `${scopes.join(' ')}${org === null ? '' : ` · with the eyes of ${org}`}`,
    ]),
    output,
  );
}
