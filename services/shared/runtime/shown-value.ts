const HIDDEN = '(hidden)';
const MAX_LENGTH = 120;

/** Names under which a secret stands. */
const SECRET_NAME = /TOKEN|SECRET|PASS|PWD|KEY|CREDENTIAL|AUTH/;
/** What is a secret whatever its name says: an nkey seed, a JWT, a key in PEM, a token of ours or anything as long. */
const SECRET_VALUE = /\bS[UAONCX][A-Z2-7]{40,}|\beyJ[\w-]{8,}\.|-----BEGIN|^[\w-]{40,}$/;

/**
 * The value of a variable as it may stand in an error, a table or a log: no secret by its name or by its kind, of an
 * address neither user info nor query. What `*_FILE` names is a path.
 */
export function shownValue(name: string, value: string): string {
  if (SECRET_VALUE.test(value) || (SECRET_NAME.test(name) && !name.endsWith('_FILE'))) return HIDDEN;
  const shown = value
    .split(/,(?=\w+:\/\/)/)
    .map(withoutSecrets)
    .join();
  return shown.length > MAX_LENGTH ? `${shown.slice(0, MAX_LENGTH)}…` : shown;
}

/** Up to the last `@`: a password with a slash in it is still one. */
function withoutSecrets(address: string): string {
  const bare = address.replace(/^(\w+:\/\/)?.*@/s, `$1${HIDDEN}@`);
  return bare.includes('://') ? bare.replace(/[?#].*$/s, (rest) => `${rest.slice(0, 1)}${HIDDEN}`) : bare;
}
