import type { Unframed, UnframedItem } from '../../shared/store/gateway/gateway-make-frames.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { MAX_ITEMS } from '../../shared/wire/frame-limits.js';
import { type Identity, memberIds } from '../identity.js';
import { createFrameRoom } from './frame-room.js';

/** The items that the next frame takes. */
interface NextContent {
  readonly notices: readonly Unframed[];
  readonly items: readonly UnframedItem[];
}

/** Maximum other items in a frame with notices, so that neither kind waits for all of the other. */
const SHARED_ITEMS = MAX_ITEMS / 2;

/**
 * Returns the content of the next frame: ends, bars and extensions if there are any, else one policy release, which no
 * recipient of a notice needs to prove its record, else other items and notices; as
 * many as fit into one message together with the report on them (docs/adr/0006).
 */
export function nextContent(identity: Identity, store: GatewayStore): NextContent {
  const recipients = memberIds(identity).filter((org) => org !== identity.org);
  const room = createFrameRoom(recipients);
  const first = store.frames.unframedItems('first', MAX_ITEMS).filter(room.takesItem);
  if (first.length > 0) return { notices: [], items: first };
  const others = store.frames.unframedItems('others', SHARED_ITEMS);
  const release = others.findIndex(isRelease);
  if (release === 0) return { notices: [], items: others.slice(0, 1) };
  const items = (release === -1 ? others : others.slice(0, release)).filter(room.takesItem);
  const notices = store.frames.unframed(MAX_ITEMS - items.length).filter(room.takesNotice);
  return { notices, items };
}

const isRelease = ({ verb }: UnframedItem): boolean => verb === 'release';
