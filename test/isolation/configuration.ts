import { readFileSync } from 'node:fs';

/** One user of the generated configuration, as parsed from its text. */
export interface ConfiguredUser {
  readonly account: string;
  readonly nkey: string;
  readonly publish: Lists;
  readonly subscribe: Lists;
}

interface Lists {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
}

interface Configuration {
  readonly text: string;
  readonly users: readonly ConfiguredUser[];
  readonly accounts: readonly string[];
  /** The words left of a colon or an opening brace: every setting of the server. */
  readonly settings: ReadonlySet<string>;
}

/** Parses nats.conf independently of the code that generates it. */
export function readConfiguration(path: string): Configuration {
  const text = readFileSync(path, 'utf8');
  const plain = text.replaceAll(/#.*$/gm, '');
  const users: ConfiguredUser[] = [];
  const accounts: string[] = [];
  let account = '';
  for (const block of plain.slice(plain.indexOf('accounts {')).split(/(?=nkey:)|(?=^ {2}"[^"]+" \{$)/m)) {
    const named = /^ {2}"([^"]+)" \{$/m.exec(block)?.[1];
    if (named !== undefined) accounts.push((account = named));
    const nkey = /^nkey: "(U[A-Z0-9]{55})"/.exec(block)?.[1];
    if (nkey === undefined) continue;
    users.push({ account, nkey, publish: lists(block, 'publish'), subscribe: lists(block, 'subscribe') });
  }
  const settings = new Set([...plain.matchAll(/([A-Za-z_]+)\s*[:{]/g)].map(([, word = '']) => word));
  return { text, users, accounts, settings };
}

function lists(block: string, direction: string): Lists {
  const found = new RegExp(`${direction}: \\{ (allow|deny): (\\[[^\\]]*\\]) \\}`).exec(block);
  if (found === null) return {};
  return { [found[1] ?? '']: JSON.parse(found[2] ?? '[]') as readonly string[] };
}
