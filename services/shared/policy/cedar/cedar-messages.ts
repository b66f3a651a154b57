import type { DetailedError } from '@cedar-policy/cedar-wasm/nodejs';

/**
 * Every pattern over Cedar's own messages (cedar-wasm 4.13), in one table: its errors carry no code. A message that no
 * pattern matches is shown as Cedar wrote it.
 */
const PATTERNS = {
  ruleFile: /^failed to parse policy from string: /,
  ruleName: /^for policy `[^`]*`[,:] /,
  impossible: /^policy is impossible: .*$/,
  noAction: /^unable to find an applicable action given the policy scope constraints$/,
  template: /^expected a static policy, got a template containing/,
  unknownEnumerated: /is of an enumerated entity type/,
  schemaFile: /^failed to parse schema from string: (error parsing schema: )?/,
  unresolvedType: /^failed to resolve type: (\w+)$/,
};

/** Returns what Cedar says of one rule, without the file and rule names that Cedar makes up. */
export function ruleMessage({ message, help }: DetailedError): string {
  const words = message
    .replace(PATTERNS.ruleFile, '')
    .replace(PATTERNS.ruleName, '')
    .replace(PATTERNS.impossible, 'never applies: its conditions are false for every question')
    .replace(PATTERNS.noAction, 'never applies: its scope matches no question')
    .replace(PATTERNS.template, 'a rule cannot be a template: it contains');
  return help === null ? words : `${words}, ${help.replace(PATTERNS.ruleName, '').replace(/\?$/, '')}`;
}

/** True for Cedar's error about a literal such as `Kind::"redd"`, whose word the enumerated type lacks. */
export function isUnknownEnumerated({ message }: DetailedError): boolean {
  return PATTERNS.unknownEnumerated.test(message);
}

/** Returns what Cedar says of a schema, without the file name that Cedar makes up. */
export function schemaMessage({ message, help }: DetailedError): string {
  return `${message.replace(PATTERNS.schemaFile, '')}${help === null ? '' : `, ${help}`}`;
}

/** Returns the type name that a schema uses and does not declare; undefined for every other error. */
export function unresolvedType({ message }: DetailedError): string | undefined {
  return PATTERNS.unresolvedType.exec(message)?.[1];
}
