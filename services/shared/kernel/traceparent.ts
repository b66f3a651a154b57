declare const brand: unique symbol;

/** A span's name to others: W3C Trace Context, version 00, `00-<trace>-<span>-<flags>`. */
export type Traceparent = string & { readonly [brand]: 'Traceparent' };

const LENGTH = 55;
/** W3C Trace Context, section 3.2.2: lower case, and neither id all zeros. */
const VERSION_00 = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * Undefined for whatever is no such text: nothing is refused for it, a new trace begins. A later version (`ff` is none)
 * is not read, for a frame has one form only.
 */
export function parseTraceparent(value: unknown): Traceparent | undefined {
  if (typeof value !== 'string' || value.length !== LENGTH || !VERSION_00.test(value)) return undefined;
  return value as Traceparent;
}
