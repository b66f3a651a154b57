import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ShownEvent, ShownSession } from '../../shown.js';
import { tailCommand } from '../commands.js';
import { CopyButton } from '../widgets/copy-button.js';
import { EventDetail } from './event-detail.js';
import { type Feed, openFeed } from './feed.js';
import type { LinkState } from './feed-link.js';
import { count, formatDuration } from '../format.js';
import { Prose } from '../widgets/prose.js';
import { navigate } from '../route.js';
import { TailFilters } from './tail-filters.js';
import { TailTable } from './tail-table.js';

interface TailProps {
  readonly session: ShownSession;
  readonly query: URLSearchParams;
  readonly onSessionEnd: () => void;
}

const NAMES = ['event', 'from', 'to', 'kind', 'outcome', 'subject', 'since'];
const DEFAULT_SINCE = '5m';

/** Returns the query of the API for the page's address; other parameters of the address are ignored. */
function apiQueryOf(query: URLSearchParams): string {
  const parameters = new URLSearchParams({ since: DEFAULT_SINCE });
  for (const name of NAMES) if (query.get(name)) parameters.set(name, query.get(name) ?? '');
  return parameters.toString();
}

/** The view `/`: the live tail of status events, with filters and the detail of one event. */
export function TailView({ session, query, onSessionEnd }: TailProps): JSX.Element {
  const feed = useFeed(apiQueryOf(query), onSessionEnd);
  const [open, setOpen] = useState<ShownEvent>();
  const [filtering, setFiltering] = useState(false);
  return (
    <div class="tail">
      <h1 class="hidden">Live tail</h1>
      <TailFilters
        shown={filtering}
        session={session}
        query={query}
        since={DEFAULT_SINCE}
        onChange={(next) => navigate('/', next)}
      />
      <Tools
        feed={feed}
        command={tailCommand(query, DEFAULT_SINCE)}
        filtering={filtering}
        onFilter={() => setFiltering(!filtering)}
      />
      <div class={open === undefined ? 'split' : 'split open'}>
        <TailTable
          feed={feed}
          filtered={NAMES.some((name) => name !== 'since' && query.has(name))}
          open={open}
          onOpen={setOpen}
        />
        {open !== undefined && <EventDetail event={open} onClose={() => setOpen(undefined)} />}
      </div>
    </div>
  );
}

interface ToolsProps {
  readonly feed: Feed | undefined;
  readonly command: string;
  readonly filtering: boolean;
  readonly onFilter: () => void;
}

function Tools({ feed, command, filtering, onFilter }: ToolsProps): JSX.Element {
  return (
    <div class="tools">
      <PauseButton feed={feed} />
      <button type="button" class="only-narrow" aria-expanded={filtering} onClick={onFilter}>
        Filters
      </button>
      <button type="button" onClick={() => feed?.clear()}>
        Clear
      </button>
      <CopyButton text={() => location.href} label="Copy link" />
      <CopyButton text={() => command} label="Copy command" />
      <LinkNote
        state={feed?.link() ?? 'opening'}
        fault={feed?.fault() ?? ''}
        silentMs={feed?.silentMs() ?? null}
      />
    </div>
  );
}

/** Freezes the list, or shows the events that arrived meanwhile. */
function PauseButton({ feed }: { feed: Feed | undefined }): JSX.Element {
  const paused = feed?.paused() ?? false;
  const toggle = (): void => feed?.setPaused(!paused);
  useSpace(toggle);
  return (
    <button type="button" class={paused ? 'strong' : ''} aria-pressed={paused} onClick={toggle}>
      {paused ? 'Resume' : 'Pause'}
      {paused && <span class="badge">{heldWords(feed)}</span>}
    </button>
  );
}

/** Returns the number of held events, with `+` when the buffer is full and further events are not counted. */
function heldWords(feed: Feed | undefined): string {
  return `${count(feed?.held() ?? 0)}${feed?.full() === true ? '+' : ''} new`;
}

/** Opens a feed for `query`, closes it when the query changes, and renders again when the feed changes. */
function useFeed(query: string, onSessionEnd: () => void): Feed | undefined {
  const [feed, setFeed] = useState<Feed>();
  const [, draw] = useState(0);
  const over = useRef(onSessionEnd);
  over.current = onSessionEnd;
  useEffect(() => {
    const opened = openFeed(query, () => {
      if (opened.link() === 'over') over.current();
      draw((drawn) => drawn + 1);
    });
    setFeed(opened);
    return () => opened.close();
  }, [query]);
  return feed;
}

/** Calls `toggle` on the space key, as in the terminal, unless a control has the focus. */
function useSpace(toggle: () => void): void {
  const latest = useRef(toggle);
  latest.current = toggle;
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const busy = event.target instanceof Element && event.target.closest('button,input,select,summary,a');
      if (event.key !== ' ' || busy) return;
      event.preventDefault();
      latest.current();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}

const WORDS: Readonly<Record<LinkState, string>> = {
  opening: 'Opening …',
  live: 'Live',
  deaf: 'The console is disconnected from the broker; it reconnects by itself',
  lost: 'The console does not answer; trying again',
  busy: 'The console has reached its limit of live streams; trying again',
  held: 'Paused: the console keeps new events and sends them when you resume',
  over: '',
};

interface LinkProps {
  readonly state: LinkState;
  readonly fault: string;
  readonly silentMs: number | null;
}

function LinkNote({ state, fault, silentMs }: LinkProps): JSX.Element {
  const silence = state !== 'live' || silentMs === null ? '' : silenceWords(silentMs);
  return (
    <p class={`link ${fault === '' && silence === '' ? state : 'lost'}`} role="status">
      <span class="dot" aria-hidden="true" />
      <Prose text={fault || silence || WORDS[state]} />
    </p>
  );
}

/** Routers report every step of a notice: while none answers, the tail stays empty. */
const silenceWords = (ms: number): string => `No router has answered for ${formatDuration(ms)}`;
