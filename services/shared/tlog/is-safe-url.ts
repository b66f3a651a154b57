/** What `isSafeUrl` requires, in the words of an error. */
export const SAFE_URL = '`https:`, or `http:` to this machine, without user, query and fragment';

/** True for an address where only the named host can answer: with TLS, or on this machine; without user, query and fragment. */
export function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text) || /[?#]/.test(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  const isHere = hostname === 'localhost' || hostname === '[::1]' || /^127\.[0-9.]+$/.test(hostname);
  return username + password === '' && (protocol === 'https:' || (protocol === 'http:' && isHere));
}
