import { closed } from '../kernel/closed-schema.js';
import { compileWhenUsed } from '../kernel/compile-when-used.js';
import { type OrgId, parseOrgId } from '../kernel/ids.js';
import type { ShownDirectory } from '../trust/directory/shown-directory.js';
import type { PackLeaf } from './pack.js';
import { at, boundedList, evidenceAjv, evidenceSchemas, nullable, requireForm } from './statements.js';

/** What a conviction is about; each is also the name of an alarm. */
export const CONVICTIONS = ['delivery-differs', 'delivery-contradicts-record'] as const;

/** Signed statements that contradict each other (docs/formats.md#conviction): by themselves they convict their signer. */
export interface Conviction {
  readonly kind: 'conviction';
  readonly what: (typeof CONVICTIONS)[number];
  /** `hub`, or the recipient. */
  readonly accused: string;
  readonly originator: OrgId;
  readonly recipient: OrgId;
  readonly directory: ShownDirectory;
  /** The hub's delivery statement to the recipient. */
  readonly statement: string | null;
  /** The records that the statement or receipt of the accused names, in that order, as the hub shows them the recipient. */
  readonly records: readonly ConvictionRecord[];
  readonly receipt: string | null;
}

/** All own parts of the recipient in one record. */
export interface ConvictionRecord {
  readonly statement: string;
  readonly own: readonly PackLeaf[];
  readonly index: number;
  readonly path: readonly string[];
}

const { index, path, org, token, leaf, shownDirectory } = evidenceSchemas;

/** The JSON schema of a conviction. */
export const convictionSchema = closed({
  kind: { const: 'conviction' },
  what: { enum: CONVICTIONS },
  accused: org,
  originator: org,
  recipient: org,
  directory: shownDirectory,
  statement: nullable(token),
  records: boundedList(closed({ statement: token, own: boundedList(leaf, 4_096), index, path }), 1_024),
  receipt: nullable(token),
});
const isConviction = compileWhenUsed<Conviction>(evidenceAjv, convictionSchema);

/** Reads a conviction from parsed JSON. Throws `schema-invalid` or `id-invalid` with the place of the first fault. */
export function parseConviction(value: unknown): Conviction {
  const conviction = requireForm(value, isConviction());
  for (const name of ['accused', 'originator', 'recipient'] as const)
    at(name, () => parseOrgId(conviction[name]));
  return conviction;
}
