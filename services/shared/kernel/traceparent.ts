declare const brand: unique symbol;

/** The reference to a span in another process: W3C Trace Context, version 00, `00-<trace>-<span>-<flags>`. */
export type Traceparent = string & { readonly [brand]: 'Traceparent' };

const LENGTH = 55;
/** W3C Trace Context, section 3.2.2: lower case, and neither id all zeros. */
const VERSION_00 = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * Reads a traceparent; undefined for anything else, and then the caller begins a new trace instead of refusing the frame.
 * Later versions are not read: a frame has one form only.
 */
export function parseTraceparent(value: unknown): Traceparent | undefined {
  if (typeof value !== 'string' || value.length !== LENGTH || !VERSION_00.test(value)) return undefined;
  return value as Traceparent;
}
