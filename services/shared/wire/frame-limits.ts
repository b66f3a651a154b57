/** Notices of a frame at most, and so of a delivery of it and of a receipt for that. */
export const MAX_NOTICES = 64;

/** Receipts of a frame at most, each for a delivery. */
export const MAX_RECEIPTS = 64;

/** Of all notices of a frame, or of a frame of receipts: the record of it fits into one message (docs/adr/0006). */
export const MAX_FRAME_BYTES = 512 * 1024;
