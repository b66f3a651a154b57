import { describe, expect, test } from 'vitest';
import { othersHere, settingsHere, type ShownSetting } from '../../../services/cli/config/settings-here.js';

const fromOf = (shown: readonly ShownSetting[]): Readonly<Record<string, string>> =>
  Object.fromEntries(shown.map(({ name, value, from }) => [name, `${value} | ${from}`]));

describe('config print: a setting is shown', () => {
  test('with its source: the environment, a file, or the default', () => {
    const env = { LIAISON_RESEND_SECONDS: '7', LIAISON_OTLP_ENDPOINT_FILE: '/run/endpoint' };
    expect(fromOf(settingsHere(env))).toMatchObject({
      LIAISON_RESEND_SECONDS: '7 | environment',
      LIAISON_KEPT_HOURS: '24 | default',
      LIAISON_DEADLINE_SECONDS: '30 | default of `up`',
      LIAISON_OTLP_ENDPOINT: expect.stringMatching(
        /^\(hidden\) \| file \/run\/endpoint, expected /,
      ) as string,
    });
  });

  test('with the expected values if it is invalid', () => {
    expect(fromOf(settingsHere({ LIAISON_LOG_LEVEL: 'loud' }))['LIAISON_LOG_LEVEL']).toBe(
      'loud | environment, expected one of info, debug, warn, error, silent',
    );
  });

  test('without secrets in its name or value, and without the value of an unknown variable', () => {
    const env = {
      LIAISON_OTLP_ENDPOINT: 'https://canary:canary@collector/v1?key=canary',
      LIAISON_JS_KEY: 'canary',
      LIAISON_DB_PASS: 'canary',
      LIAISON_FAVOURITE: 'canary',
      LIAISON_NATS_URL: 'nats://canary@b:1',
    };
    const shown = fromOf([...settingsHere(env), ...othersHere(env)]);
    expect(JSON.stringify(shown)).not.toContain('canary');
    expect(shown).toMatchObject({
      LIAISON_OTLP_ENDPOINT: 'https://(hidden)@collector/v1?(hidden) | environment',
      LIAISON_DB_PASS: '(hidden) | environment, not a setting',
      LIAISON_NATS_URL: 'nats://(hidden)@b:1 | environment, not inherited from `up`',
    });
  });
});
