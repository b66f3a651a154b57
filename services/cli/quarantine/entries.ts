import { fail } from '../../shared/kernel/errors.js';
import type { ShownEntry, ShownQuarantine } from '../../shared/wire/shown-quarantine.js';
import { auditorClient } from '../http-client.js';
import { requireMembers } from '../home/require-members.js';
import { requireRunning } from '../home/run-file.js';
import type { Home } from '../../shared/runtime/home.js';

/** What is looked for; left out: any. */
export interface Sought {
  readonly org?: string;
  readonly entry?: string;
  readonly state?: 'open' | 'closed';
  readonly limit?: number;
}

/** What was found, and whether there is more than was asked for. */
export interface Found {
  readonly entries: readonly ShownEntry[];
  readonly more: boolean;
}

const PAGE = 1_000;

/** Newest first. Throws `unreachable`, `organisation-unknown`, `config-invalid` for a home without an operator. */
export async function findEntries(home: Home, { limit = PAGE, ...sought }: Sought): Promise<Found> {
  const auditor = auditorClient(home, requireRunning(home));
  await requireMembers(home, sought.org === undefined ? [] : [sought.org]);
  const query = new URLSearchParams({ viewer: 'federation' });
  for (const [name, value] of Object.entries(sought)) {
    if (value !== undefined) query.set(name, value);
  }
  const entries: ShownEntry[] = [];
  for (;;) {
    query.set('limit', String(Math.min(limit - entries.length, PAGE)));
    const page = (await auditor.get(`/v1/quarantine?${query}`)) as ShownQuarantine;
    entries.push(...page.entries);
    if (page.next === null || entries.length >= limit) return { entries, more: page.next !== null };
    query.set('after', page.next);
  }
}

/**
 * The one entry that begins with these hex digits. Throws `usage` for what is no beginning or for more than one, and
 * `not-found`.
 */
export async function findEntry(
  home: Home,
  { entry, org }: { readonly entry: string; readonly org?: string | undefined },
): Promise<ShownEntry> {
  if (!/^[0-9a-f]{4,64}$/.test(entry)) {
    throw fail('usage', `\`${entry}\` is no entry: 4 to 64 hex digits, as \`quarantine list\` prints them`);
  }
  const sought = org === undefined ? { entry } : { entry, org };
  const [found, ...more] = (await findEntries(home, sought)).entries;
  if (found === undefined) throw fail('not-found', `no entry of the quarantine begins with \`${entry}\``);
  if (more.length === 0) return found;
  const names = [found, ...more].slice(0, 5).map((one) => `${one.entry.slice(0, 16)} of ${one.org}`);
  throw fail('usage', `\`${entry}\` begins ${more.length + 1} entries: ${names.join(', ')}`);
}
