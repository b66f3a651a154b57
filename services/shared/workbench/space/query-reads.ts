import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { setName } from '../../policy/engine.js';
import { addReads, type KnownFacts, type Reads } from '../../policy/reads.js';
import { RESTRICTION } from '../../policy/row.js';
import type { Query, Version } from './answers.js';

/** Returns everything that the answers to queries of one route, and the condition `when`, can depend on. */
export type ReadsOfQueries = (queries: readonly Query[], when?: PolicyJson) => Reads;

/**
 * Returns a `ReadsOfQueries` over all versions. It includes what decides whether the notice and the text of
 * H3 are received. What one query reads is collected once, because the queries of a route have most of it in
 * common.
 */
export function createReadsOfQueries(versions: readonly Version[]): ReadsOfQueries {
  const known = new Map<string, Reads>();
  const readsOf = (query: Query): Reads => {
    const name = JSON.stringify(query);
    const reads = known.get(name) ?? new Map<string, 'all' | Set<string>>();
    if (!known.has(name)) for (const version of versions) addReadsOf(reads, version, query);
    known.set(name, reads);
    return reads;
  };
  return (queries, when) => {
    const reads: Reads = new Map([['codes', new Set(['H3'])]]);
    for (const query of queries.flatMap(withImplied)) merge(reads, readsOf(query));
    const [first] = queries;
    if (first === undefined || when === undefined) return reads;
    for (const version of versions) addReads(reads, when, knownOf(version, first));
    return reads;
  };
}

function merge(into: Reads, reads: Reads): void {
  for (const [path, words] of reads) {
    const before = into.get(path) ?? [];
    into.set(path, before === 'all' || words === 'all' ? 'all' : new Set([...before, ...words]));
  }
}

/** Returns a query with those whose answers it depends on. */
function withImplied(query: Query): readonly Query[] {
  const { originator, recipient, section } = query;
  const route = { originator, recipient };
  return [
    { ...route, permission: 'receive' },
    { ...route, permission: 'disclose', section: RESTRICTION },
    ...(section === undefined ? [] : [{ ...route, permission: 'disclose', section } as const]),
    query,
  ];
}

function addReadsOf(reads: Reads, version: Version, query: Query): void {
  const { originator, recipient, permission } = query;
  const sets = ['federation', setName('export', originator), setName('import', recipient)];
  for (const { json, permissions } of sets.flatMap((name) => version.sets.sets.get(name)?.rules ?? [])) {
    if (permissions.has(permission)) addReads(reads, json, knownOf(version, query));
  }
}

function knownOf({ directory }: Version, { originator, recipient, section }: Query): KnownFacts {
  const facts = directory.organisations.get(recipient);
  return {
    originator,
    ...(facts === undefined ? {} : { recipient: facts }),
    ...(section === undefined ? {} : { section }),
  };
}
