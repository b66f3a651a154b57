/**
 * The most items of a frame, of all types together; therefore also the most notices of its delivery and
 * receipt.
 */
export const MAX_ITEMS = 64;

/** Maximum narrowings that a gateway sends along with a frame; a router ignores further ones. */
export const MAX_NARROWINGS = 64;

/** The most receipts in a frame; each answers one delivery. */
export const MAX_RECEIPTS = 64;

/**
 * The most bytes of a frame's items, or of a frame of receipts, so that its record fits into one message
 * (docs/adr/0006).
 */
export const MAX_FRAME_BYTES = 512 * 1024;

/** The most (item, organisation) pairs of a frame that a router decides about or hands over. */
export const MAX_PAIRS = 4_096;

/** The most records that a delivery statement or a receipt names. */
export const MAX_NAMED_RECORDS = 256;

/** The most actions in a delivery, and therefore in a receipt for it. */
export const MAX_DELIVERED_ACTIONS = 256;

/** The most parts that one member is shown of a record: a seed, and at most two for each item. */
export const MAX_OWN_PARTS = 1 + 2 * MAX_ITEMS;

/** The most entries in a change of receipts. */
export const MAX_CHANGES = 512;

/** The most bytes of one action with its leaves and disclosures. */
export const MAX_ACTION_BYTES = 64 * 1024;

/** The most bytes of one request about keys. */
export const MAX_KEY_REQUEST_BYTES = 16 * 1024;

/** The most bytes of the packed files of one release. */
export const MAX_RELEASE_BYTES = 256 * 1024;

/** The most bytes of packed policies in one answer: in base64 and as a JWS they fit into what a JWS may have. */
export const MAX_POLICIES_PART_BYTES = 180_000;

/** The most bytes of one request. */
export const MAX_REQUEST_BYTES = 2 * 1024;
