import type { JSX } from 'preact';
import { go } from '../route.js';

export const TABS = {
  lints: 'To mend',
  cases: 'Cases',
  sees: 'Who sees',
  diff: 'What changes',
  map: 'Exchange map',
} as const;

export type Tab = keyof typeof TABS;

export function tabOf(query: URLSearchParams): Tab {
  const asked = query.get('show') ?? '';
  return Object.hasOwn(TABS, asked) ? (asked as Tab) : 'lints';
}

/** The address says what is shown, so that a link leads to the same. */
export function Tabs({ file, current }: { file: string; current: Tab }): JSX.Element {
  return (
    <nav class="tabs" aria-label="What the text would do">
      {Object.entries(TABS).map(([show, text]) => (
        <button
          key={show}
          type="button"
          aria-current={show === current ? 'page' : undefined}
          onClick={() => go('/policies', new URLSearchParams({ file, show }))}
        >
          {text}
        </button>
      ))}
    </nav>
  );
}
