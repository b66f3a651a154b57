import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { setName } from '../../policy/engine.js';
import { addReads, type KnownFacts, type Reads } from '../../policy/reads.js';
import { RESTRICTION } from '../../policy/row.js';
import type { Query, Version } from './answers.js';

/**
 * Returns everything that the answers to queries can depend on, including whether the notice and the text of H3 are
 * received.
 */
export function readsOfQueries(
  versions: readonly Version[],
  queries: readonly Query[],
  when?: PolicyJson,
): Reads {
  const reads: Reads = new Map([['codes', new Set(['H3'])]]);
  for (const version of versions) {
    for (const query of queries.flatMap(underlying)) addReadsOf(reads, version, query);
    const [first] = queries;
    if (first !== undefined && when !== undefined) addReads(reads, when, knownOf(version, first));
  }
  return reads;
}

function underlying(query: Query): readonly Query[] {
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
