import { variableOf } from '../../shared/runtime/config.js';
import { readNamed, SETTINGS, type SettingName, unknownSettings } from '../../shared/runtime/settings.js';
import { shownValue } from '../../shared/runtime/shown-value.js';
import { INHERITED_SETTINGS, DEMO_DEFAULTS } from '../up/child-settings.js';

/** A value with its name, and where it comes from. */
export interface ShownSetting {
  readonly name: string;
  readonly value: string;
  readonly from: string;
}

/** Each setting that `up` hands on, as a process that it starts in this environment would read it. */
export function settingsHere(env: NodeJS.ProcessEnv): readonly ShownSetting[] {
  return INHERITED_SETTINGS.map((name) => settingHere(name, env));
}

/** What a file holds may be a secret: only the file is named. */
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

/** Every other `LIAISON_*` there is: what `up` does not hand on, and what is no setting, whose value may be anything. */
export function othersHere(env: NodeJS.ProcessEnv): readonly ShownSetting[] {
  const strangers = new Set(unknownSettings(env).map(({ path }) => path));
  const shown = new Set(INHERITED_SETTINGS.flatMap((name) => [variableOf(name), `${variableOf(name)}_FILE`]));
  return Object.entries(env)
    .filter(([name]) => name.startsWith('LIAISON_') && name !== 'LIAISON_HOME' && !shown.has(name))
    .map(([name, value = '']) =>
      strangers.has(name)
        ? { name, value: '(hidden)', from: 'environment, no setting' }
        : { name, value: shownValue(name, value), from: 'environment, not handed on by `up`' },
    );
}
