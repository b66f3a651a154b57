import { SETTINGS, type SettingName } from '../../shared/runtime/settings.js';

/** What `up` gives each process itself: what the environment says of these is for others. */
const GIVEN: readonly SettingName[] = [
  'home',
  'natsUrl',
  'natsTls',
  'org',
  'port',
  'metricsPort',
  'auditorUrl',
  'router',
  'routerUrls',
];

/** Settings that a process which `up` starts reads from the environment of `up`. */
export const INHERITED_SETTINGS = (Object.keys(SETTINGS) as SettingName[]).filter(
  (name) => !GIVEN.includes(name),
);

/** Where nothing else is said: a demonstration shows within half a minute what a real site hears of after a day. */
export const DEMO_DEFAULTS: { readonly [N in SettingName]?: number } = { receiptAlarmSeconds: 30 };
