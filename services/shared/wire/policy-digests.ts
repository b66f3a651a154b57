/**
 * The name under which the policy digests of a record have the digest of the whole bundle, beside those of `schema` and of the
 * sets that decided. No set has this name.
 */
export const WHOLE_BUNDLE = 'bundle';
