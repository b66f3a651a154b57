import { type Document, isMap, isSeq, type ToStringOptions } from 'yaml';
import { fail } from '../../../shared/kernel/errors.js';
import { parseYaml } from '../../../shared/kernel/yaml-document.js';
import type { MemberEntry } from '../../../shared/trust/directory-source.js';

/** The facts about a new member, as the command line gave them. */
export interface NewMember extends MemberEntry {
  readonly id: string;
}

/** A changed `members.yaml`. */
export interface EditedMembers {
  readonly text: string;
  /** True when the spacing of untouched lines changed: the YAML library has no style that gives the text as it was. */
  readonly isReformatted: boolean;
}

/**
 * Adds a member to the text of `members.yaml`, and its id to the agreements of each member that it has an agreement with.
 * Comments, order and quotes are kept. Throws `config-invalid` for a file without a mapping of members.
 */
export function editMembers(text: string, { id, agreements, ...facts }: NewMember): EditedMembers {
  const { document } = parseYaml(text);
  const style = styleOf(document, text);
  const members = document.get('members');
  if (!isMap(members)) throw fail('config-invalid', 'federation/members.yaml: no mapping `members`');
  const entry = document.createNode({ ...facts, agreements });
  for (const field of ['groups', 'accreditedFor', 'agreements']) {
    const list = entry.get(field);
    if (isSeq(list)) list.flow = true;
  }
  members.flow = false;
  members.set(document.createNode(id), entry);
  for (const other of agreements) {
    const list = members.getIn([other, 'agreements']);
    if (!isSeq(list))
      throw fail('config-invalid', `federation/members.yaml: \`${other}\` has no list of agreements`);
    list.add(document.createNode(id));
  }
  return { text: document.toString(style ?? COMPACT), isReformatted: style === undefined };
}

const COMPACT: ToStringOptions = { lineWidth: 0, flowCollectionPadding: false };
const STYLES: readonly ToStringOptions[] = [
  COMPACT,
  { ...COMPACT, flowCollectionPadding: true },
  { ...COMPACT, indentSeq: false },
];

/** Returns the style in which the YAML library writes the text as it is; undefined if there is none. */
function styleOf(document: Document, text: string): ToStringOptions | undefined {
  return STYLES.find((style) => document.toString(style) === text);
}
