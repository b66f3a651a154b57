/** What a token may be good for at each kind of service; a person's scopes at the console are called roles there. */
export const SCOPES = {
  gateway: ['notice:write', 'notice:read', 'inbox:read', 'preview'],
  console: ['viewer', 'operator', 'author'],
  auditor: ['records:read', 'decisions:read', 'quarantine:read'],
} as const;

export type ServiceKind = keyof typeof SCOPES;

export type ScopeOf<Kind extends ServiceKind> = (typeof SCOPES)[Kind][number];
