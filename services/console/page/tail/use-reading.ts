import { useEffect, useRef } from 'preact/hooks';
import type { ShownEvent } from '../../shown.js';
import type { Feed } from './feed.js';

interface ReadingControl {
  /** Determines whether the viewer reads the list; call it after a change of focus or scroll position. */
  readonly checkReading: () => void;
  /** Scrolls to the newest events and follows them again. */
  readonly showNewest: () => void;
}

interface ReadingDeps {
  readonly feed: Feed | undefined;
  readonly open: ShownEvent | undefined;
}

/**
 * Freezes the feed while the viewer reads: while a row has the focus or is open, or the list is scrolled down. `showNewest`
 * follows new events again although a row is open.
 */
export function useReading(
  list: { readonly current: HTMLElement | null },
  { feed, open }: ReadingDeps,
): ReadingControl {
  const following = useRef(false);
  const checkReading = (): void => {
    const { current } = list;
    if (current === null) return;
    const row = document.activeElement?.closest('tr[data-key]');
    const isInList = current.scrollTop > 0 || (row !== null && row !== undefined && current.contains(row));
    if (isInList) following.current = false;
    feed?.setReading(isInList || (open !== undefined && !following.current));
  };
  useEffect(() => {
    following.current = false;
    checkReading();
  }, [open, feed]);
  return {
    checkReading,
    showNewest: () => {
      const { current } = list;
      following.current = true;
      current?.scrollTo({ top: 0 });
      current?.focus();
      feed?.setReading(false);
    },
  };
}
