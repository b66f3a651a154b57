import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';
import { hashToken, newToken } from '../../../services/shared/trust/tokens.js';
import { readCallers } from '../../../services/shared/trust/callers.js';

/** Makes the home of a mirror on another machine, as docs/operate/mirror.md says, and its token at the hub. */
export function makeMirrorHome(hub: Home): Home {
  const home = homeAt(mkdtempSync(join(tmpdir(), 'mirror-')));
  for (const name of ['contract', 'anchor', 'directory'] as const) cpSync(hub[name], home[name]);
  const token = newToken();
  const tokens = [
    ...readCallers(hub.hub('auditor', 'tokens.json')),
    { name: 'mirror-1', hash: hashToken(token), scopes: ['records:read', 'log:read'] },
  ];
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, text, { mode: 0o600 });
  };
  write(hub.hub('auditor', 'tokens.json'), JSON.stringify({ tokens }));
  write(home.hub('auditor', 'mirror.token'), token);
  write(home.hub('auditor', 'tokens.json'), '{"tokens":[]}');
  return home;
}
