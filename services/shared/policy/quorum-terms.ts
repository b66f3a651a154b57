import { fail } from '../kernel/errors.js';
import { type OrgId, parseOrgId } from '../kernel/ids.js';
import { isJsonObject } from '../kernel/json-object.js';

/** How releases of the federation are approved: what `members.yaml` says besides the facts that rules read. */
export interface QuorumTerms {
  /**
   * Which approvals a release that only names new members needs. `quorum`: those of more than half of the members, as other releases
   * do. `operator`: none, as an operator signs it.
   */
  readonly accession: Accession;
  /** The host that runs the gateway of a member; members of one host count once. */
  readonly hosts: ReadonlyMap<OrgId, string>;
}

/** The values of `accession`; the first one is the default. */
const ACCESSIONS = ['quorum', 'operator'] as const;
type Accession = (typeof ACCESSIONS)[number];

const HOST = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** Reads the terms in the parsed content of a `members.yaml`. Throws `config-invalid` with the place, and `id-invalid`. */
export function parseQuorumTerms(content: unknown): QuorumTerms {
  const { accession = ACCESSIONS[0], members } = isJsonObject(content) ? content : {};
  const known = ACCESSIONS.find((one) => one === accession);
  if (known === undefined) throw unreadable('/accession', `expected one of ${ACCESSIONS.join(', ')}`);
  const entries = Object.entries(isJsonObject(members) ? members : {});
  const hosts = entries.flatMap(([name, entry]): readonly (readonly [OrgId, string])[] => {
    const host = isJsonObject(entry) ? entry['host'] : undefined;
    if (host === undefined) return [];
    if (typeof host === 'string' && HOST.test(host)) return [[parseOrgId(name), host]];
    throw unreadable(`/members/${name}/host`, 'expected lower-case letters, digits and `-`, at most 64');
  });
  return { accession: known, hosts: new Map(hosts) };
}

/** Returns terms as text to compare. */
export function termsText({ accession, hosts }: QuorumTerms): string {
  return JSON.stringify([accession, [...hosts].toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}

const unreadable = (path: string, message: string) =>
  fail('config-invalid', 'the members are not readable', [{ path, message }]);
