import type { Directory } from '../../shared/trust/directory.js';
import type { Paint } from '../terminal/output.js';
import { type JoinRequest, requestWords } from './join-request.js';
import { hubWords } from './spoken-words.js';

interface ExplainParams {
  /** The public key of the root, as the words of the hub name it. */
  readonly root: string;
  readonly directory: Pick<Directory, 'federation' | 'version'>;
  readonly paint: Pick<Paint, 'bold'>;
}

/**
 * Returns lines that say who asks and what admitting it changes. The words of both sides come first, before any text of the
 * request, which could imitate them.
 */
export function explainRequest(
  request: Pick<JoinRequest, 'id' | 'name' | 'contact' | 'hub' | 'digest' | 'keys' | 'approvers'>,
  { root, directory: { federation, version }, paint: { bold } }: ExplainParams,
): readonly string[] {
  const { id, name, contact, keys, approvers, hub: url } = request;
  const persons = approvers.map(({ person }) => person).join(' and ');
  const words = hubWords({ root, federation, url });
  return [
    `the request's words: ${bold(requestWords(request))}`,
    `this hub's words: ${bold(words)}  (read them to the organisation)`,
    `\`${id}\` (${name}${contact === undefined ? '' : `, ${contact}`}) asks to join \`${federation}\` at ${url}`,
    `it will be listed with ${keys.length + approvers.length} keys in version ${version + 1} of the directory, and get an account at the broker`,
    persons === ''
      ? 'it names no approvers'
      : `its approvers, who approve what loosens its rules: ${persons}`,
  ];
}
