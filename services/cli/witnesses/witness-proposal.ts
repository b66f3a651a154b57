import { Ajv } from 'ajv';
import { closed, requireShape } from '../../shared/kernel/closed-schema.js';
import { compileWhenUsed } from '../../shared/kernel/compile-when-used.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import { writeWhole } from '../../shared/kernel/write-whole.js';
import { directorySchemas } from '../../shared/trust/directory-source.js';
import {
  MAX_WITNESSES,
  type WitnessList,
  witnessListFields,
} from '../../shared/trust/directory/witness-schema.js';
import type { WitnessChange } from '../../shared/trust/directory/witness-list.js';
import { withWriteErrors } from '../home/file-errors.js';
import { readGivenFile } from '../home/read-given-file.js';

/** A witness list on its way to its approvers, as a file. */
export interface WitnessProposal {
  readonly kind: 'witness-proposal';
  readonly federation: string;
  readonly list: Omit<WitnessList, 'since'>;
  /** The members whose approvals count. */
  readonly voters: readonly string[];
}

const LIMITS = { bytes: 65_536, depth: 4, nodes: 128 } as const;
const { token, version, date } = directorySchemas;
const ids = { type: 'array', maxItems: MAX_WITNESSES, items: token };
const { since: _since, ...list } = witnessListFields({ version, date, ids });
const ajv = new Ajv({ strict: true, allErrors: false, ownProperties: true, validateSchema: false });
const isProposal = compileWhenUsed<WitnessProposal>(
  ajv,
  closed({
    kind: { const: 'witness-proposal' },
    federation: token,
    list: closed(list),
    voters: ids,
  }),
);

/** Reads a proposal. Throws `usage` for a file that cannot be read, `oversize`, `json-…`, and `schema-invalid` with the place. */
export function readProposal(path: string): WitnessProposal {
  const value = parseStrictJson(readGivenFile(path, LIMITS.bytes), LIMITS);
  return requireShape('witness proposal', value, isProposal());
}

/** Writes a proposal as JSON. Throws `usage` where the file cannot be written. */
export function writeProposal(path: string, proposal: WitnessProposal): void {
  withWriteErrors(path, () => writeWhole(path, `${JSON.stringify(proposal, undefined, 2)}\n`));
}

/** Describes a list in one line. */
export function listText({ number, members }: WitnessChange): string {
  return `witness list ${number}: ${members.join(' ')}`;
}
