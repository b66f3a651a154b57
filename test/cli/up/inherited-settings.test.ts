import { expect, test } from 'vitest';
import { settingsHere } from '../../../services/cli/config/settings-here.js';
import { DEMO_DEFAULTS, defaultsFor } from '../../../services/cli/up/inherited-settings.js';
import { variableOf } from '../../../services/shared/runtime/config.js';
import { READ_BY, type SettingName } from '../../../services/shared/runtime/settings.js';

test('every default of `up` that `config print` shows reaches each process that reads it', () => {
  const shown = settingsHere({}).filter(({ from }) => from === 'default of `up`');
  const names = Object.keys(DEMO_DEFAULTS) as SettingName[];
  expect(shown.map(({ name }) => name).toSorted()).toEqual(names.map(variableOf).toSorted());
  for (const process of Object.keys(READ_BY) as (keyof typeof READ_BY)[]) {
    const own: readonly SettingName[] = READ_BY[process];
    const read = shown.filter(({ name }) => own.some((one) => variableOf(one) === name));
    const given = defaultsFor(process, {});
    expect(given, process).toEqual(
      Object.fromEntries(read.map(({ name, value }) => [name.replace('LIAISON_', ''), Number(value)])),
    );
  }
  expect(defaultsFor('host', {})).toEqual({
    DEADLINE_SECONDS: 30,
    MAX_ENDS_PER_HOUR: 0,
    EXTEND_AHEAD_SECONDS: 5,
  });
});

test('a setting of the environment takes precedence over a default of `up`, and a hub has no such defaults', () => {
  const env = { LIAISON_DEADLINE_SECONDS: '7', LIAISON_MAX_ENDS_PER_HOUR_FILE: '/run/ends' };
  expect(defaultsFor('gateway', env)).toEqual({ EXTEND_AHEAD_SECONDS: 5 });
  expect(defaultsFor('gateway', {}, {})).toEqual({});
});
