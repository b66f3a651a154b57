const HIDDEN = '(hidden)';
const MAX_LENGTH = 120;

/** Names of variables that hold a secret. */
const SECRET_NAME = /TOKEN|SECRET|PASS|PWD|KEY|CREDENTIAL|AUTH/;
/**
 * Values that are secret under any name: an nkey seed, a JWT, a PEM key, an API token or any word as long as
 * one.
 */
const SECRET_VALUE = /\bS[UAONCX][A-Z2-7]{40,}|\beyJ[\w-]{8,}\.|-----BEGIN|^[\w-]{40,}$/;

/**
 * Returns a variable's value for errors, tables and logs: `(hidden)` when its name or its form is that of a secret;
 * addresses without user info and query; at most 120 characters. The value of a `*_FILE` variable is a path and is shown.
 */
export function shownValue(name: string, value: string): string {
  if (SECRET_VALUE.test(value) || (SECRET_NAME.test(name) && !name.endsWith('_FILE'))) return HIDDEN;
  const shown = value
    .split(/,(?=\w+:\/\/)/)
    .map(withoutSecrets)
    .join();
  return shown.length > MAX_LENGTH ? `${shown.slice(0, MAX_LENGTH)}…` : shown;
}

/** Hides everything up to the last `@`, because a password may contain slashes. */
function withoutSecrets(address: string): string {
  const bare = address.replace(/^(\w+:\/\/)?.*@/s, `$1${HIDDEN}@`);
  return bare.includes('://') ? bare.replace(/[?#].*$/s, (rest) => `${rest.slice(0, 1)}${HIDDEN}`) : bare;
}
