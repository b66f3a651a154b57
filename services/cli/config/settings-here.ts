import { variableOf } from '../../shared/runtime/config.js';
import { readNamed, SETTINGS, type SettingName, unknownSettings } from '../../shared/runtime/settings.js';
import { shownValue } from '../../shared/runtime/shown-value.js';
import { INHERITED_SETTINGS, DEMO_DEFAULTS } from '../up/inherited-settings.js';

/** A setting with its value, and its source in words. */
export interface ShownSetting {
  readonly name: string;
  readonly value: string;
  readonly from: string;
}

/** Returns the settings that processes started by `up` inherit, with the values they read in this environment. */
export function settingsHere(env: NodeJS.ProcessEnv): readonly ShownSetting[] {
  return INHERITED_SETTINGS.map((name) => settingHere(name, env));
}

/** Hides the value of a setting that is read from a file, as it may be a secret. */
function settingHere(name: SettingName, env: NodeJS.ProcessEnv): ShownSetting {
  const path = variableOf(name);
  const [given, file] = [env[path], env[`${path}_FILE`]];
  const wrong = readNamed([name], env).problems.length > 0 ? `, expected ${SETTINGS[name].takes}` : '';
  if (given !== undefined) return { name: path, value: shownValue(path, given), from: `environment${wrong}` };
  if (file !== undefined) return { name: path, value: '(hidden)', from: `file ${file}${wrong}` };
  const { [name]: ofUp } = DEMO_DEFAULTS;
  if (ofUp !== undefined) return { name: path, value: String(ofUp), from: 'default of `up`' };
  const { fallback = '' }: { readonly fallback?: unknown } = SETTINGS[name];
  return { name: path, value: String(fallback), from: 'default' };
}

/** Returns every other `LIAISON_*` variable: settings that are not inherited, and unknown ones, whose value is hidden. */
export function othersHere(env: NodeJS.ProcessEnv): readonly ShownSetting[] {
  const unknown = new Set(unknownSettings(env).map(({ path }) => path));
  const shown = new Set(INHERITED_SETTINGS.flatMap((name) => [variableOf(name), `${variableOf(name)}_FILE`]));
  return Object.entries(env)
    .filter(([name]) => name.startsWith('LIAISON_') && name !== 'LIAISON_HOME' && !shown.has(name))
    .map(([name, value = '']) =>
      unknown.has(name)
        ? { name, value: '(hidden)', from: 'environment, not a setting' }
        : { name, value: shownValue(name, value), from: 'environment, not inherited from `up`' },
    );
}
