import { variableOf } from '../../shared/runtime/config.js';
import { isGiven, READ_BY, SETTINGS, type SettingName } from '../../shared/runtime/settings.js';
import type { ForkedProcess } from './fork-process.js';

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
 * short-lived notices are extended shortly before their end, its traffic withdraws without a person who confirms, and traffic
 * without end keeps the home below about 1 GB.
 */
export const DEMO_DEFAULTS: { readonly [N in SettingName]?: number } = {
  deadlineSeconds: 30,
  maxEndsPerHour: 0,
  extendAheadSeconds: 5,
  homeLimit: 950,
};

/** Returns those of the defaults that a process reads and the environment does not set, as settings of the process to fork. */
export function defaultsFor(
  process: keyof typeof READ_BY,
  env: NodeJS.ProcessEnv,
  defaults: typeof DEMO_DEFAULTS = DEMO_DEFAULTS,
): ForkedProcess['settings'] {
  const read: readonly SettingName[] = READ_BY[process];
  return Object.fromEntries(
    Object.entries(defaults)
      .filter(([name]) => read.includes(name as SettingName) && !isGiven(name as SettingName, env))
      .map(([name, value]) => [variableOf(name).replace(/^LIAISON_/, ''), value]),
  );
}
