import { fail } from '../../shared/kernel/errors.js';
import { markSimulated, type ShownEntry, type ShownQuarantine } from '../../shared/wire/shown-quarantine.js';
import { auditorClient } from '../http-client.js';
import { requireMembers } from '../home/require-members.js';
import { requireRunning } from '../home/run-file.js';
import type { Home } from '../../shared/runtime/home.js';
import { openSimulatedList } from '../../shared/runtime/simulated-list.js';

/** Filters of quarantine entries; all entries without any. */
export interface EntryFilters {
  readonly org?: string;
  /** The first hex digits of the id. */
  readonly entry?: string;
  readonly state?: 'open' | 'closed';
  readonly limit?: number;
}

/** The entries that match. */
export interface FoundEntries {
  readonly entries: readonly ShownEntry[];
  /** True when more entries match than `limit`. */
  readonly more: boolean;
}

const MAX_ENTRIES = 1_000;
/** Maximum number of entries in one answer of the auditor. */
const PAGE_SIZE = 200;

/**
 * Finds quarantine entries through the auditor, newest first. Throws `unreachable`, `organisation-unknown`,
 * `config-invalid` for a home without an operator.
 */
export async function findEntries(
  home: Home,
  { limit = MAX_ENTRIES, ...filters }: EntryFilters,
): Promise<FoundEntries> {
  const auditor = auditorClient(home, requireRunning(home));
  await requireMembers(home, filters.org === undefined ? [] : [filters.org]);
  const query = new URLSearchParams({ viewer: 'federation' });
  for (const [name, value] of Object.entries(filters)) {
    if (value !== undefined) query.set(name, value);
  }
  const entries: ShownEntry[] = [];
  const list = openSimulatedList(home.simulated);
  for (;;) {
    query.set('limit', String(Math.min(limit - entries.length, PAGE_SIZE)));
    const page = (await auditor.get(`/v1/quarantine?${query}`)) as ShownQuarantine;
    entries.push(...page.entries.map((entry) => markSimulated(entry, list)));
    if (page.next === null || entries.length >= limit) return { entries, more: page.next !== null };
    query.set('after', page.next);
  }
}

/**
 * Finds the one entry whose id begins with these hex digits. Throws `usage` for anything but 4 to 64 hex digits and when
 * several entries match, `not-found` when none does.
 */
export async function findEntry(
  home: Home,
  { entry, org }: { readonly entry: string; readonly org?: string | undefined },
): Promise<ShownEntry> {
  if (!/^[0-9a-f]{4,64}$/.test(entry)) {
    throw fail(
      'usage',
      `\`${entry}\` is not an entry: expected 4 to 64 hex digits, as \`quarantine list\` prints them`,
    );
  }
  const filters: EntryFilters = org === undefined ? { entry } : { entry, org };
  const [found, ...more] = (await findEntries(home, filters)).entries;
  if (found === undefined) throw fail('not-found', `no quarantine entry begins with \`${entry}\``);
  if (more.length === 0) return found;
  const names = [found, ...more].slice(0, 5).map((one) => `${one.entry.slice(0, 16)} of ${one.org}`);
  throw fail('usage', `\`${entry}\` matches ${more.length + 1} entries: ${names.join(', ')}`);
}
