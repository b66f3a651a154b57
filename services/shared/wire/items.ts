import { fail } from '../kernel/errors.js';
import type { Item, ItemType, Submission } from './frames.js';

const TYPES: readonly ItemType[] = ['notice', 'action', 'request', 'release', 'keyRequest'];

/** Returns the name of the field that an item has. Throws `frame-unreadable` for an item without one. */
export function typeOfItem(item: Item): ItemType {
  // The message class of protobufjs has a default for every field on its prototype.
  const type = TYPES.find((name) => Object.hasOwn(item, name) && item[name] !== null);
  if (type === undefined) throw fail('frame-unreadable', 'an item without content');
  return type;
}

/** Returns the text that names an item: the SD-JWT of a notice with its disclosures, otherwise the signed statement. */
export function textOfItem(item: Item): string {
  return (
    item.notice ?? item.request ?? item.keyRequest ?? item.action?.statement ?? item.release?.statement ?? ''
  );
}

/** Returns the bytes that an item has apart from the framing of protobuf. */
export function bytesOfItem(item: Item): number {
  const { action, release } = item;
  const leaves =
    action?.leaves.reduce(
      (sum, { leaf, hash }) => sum + (leaf ? leaf.part.length + 16 : 0) + (hash?.length ?? 0),
      0,
    ) ?? 0;
  const disclosures = action?.disclosures.reduce((sum, text) => sum + text.length, 0) ?? 0;
  return textOfItem(item).length + leaves + disclosures + (release?.files.length ?? 0);
}

/** Makes an item of each SD-JWT, in order. */
export function noticeItems(notices: readonly string[]): readonly Item[] {
  return notices.map((notice) => ({ notice }));
}

/** Returns the SD-JWTs of a submission, in order. */
export function noticesIn({ items }: Submission): readonly string[] {
  return items.flatMap(({ notice }) => (typeof notice === 'string' && notice !== '' ? [notice] : []));
}
