import { rule } from './hub.js';

/** A rule of an originator that discloses every section but `judicial`, which it advertises. */
export const WITHHOLDS_JUDICIAL = rule(
  'not-judicial',
  'permit (principal, action, resource) unless { action == Action::"disclose" && context.section == Section::"judicial" };',
);

/** A rule of interpol that forbids the section `judicial`. */
export const FORBIDS_JUDICIAL = rule(
  'ip-not-judicial',
  'forbid (principal, action == Action::"disclose", resource) when { context.section == Section::"judicial" };',
);
