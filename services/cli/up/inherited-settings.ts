import { SETTINGS, type SettingName } from '../../shared/runtime/settings.js';

/**
 * Settings that `up` sets for each process itself, whatever its own environment contains, and that of a mirror, which it does
 * not start.
 */
const NOT_INHERITED: readonly SettingName[] = [
  'home',
  'natsUrl',
  'natsTls',
  'org',
  'port',
  'metricsPort',
  'hosted',
  'auditorUrl',
  'router',
  'routerUrls',
  'mirrorOf',
];

/** Settings that the processes of `up` read from the environment of `up`. */
export const INHERITED_SETTINGS = (Object.keys(SETTINGS) as SettingName[]).filter(
  (name) => !NOT_INHERITED.includes(name),
);

/**
 * Defaults of `up` that differ from those of a service: what is owed in a demonstration is overdue after half a minute, its
 * short-lived notices are extended shortly before their end, and its traffic withdraws without a person who confirms.
 */
export const DEMO_DEFAULTS: { readonly [N in SettingName]?: number } = {
  deadlineSeconds: 30,
  maxEndsPerHour: 0,
  extendAheadSeconds: 5,
};
