import { useEffect, useRef } from 'preact/hooks';
import type { ShownEvent } from '../../shown.js';
import type { Feed } from './feed.js';

interface Reading {
  /** Looks whether somebody reads: to be called when the focus or the place in the list has changed. */
  readonly look: () => void;
  /** Back to what is newest. */
  readonly goOn: () => void;
}

interface ReadingDeps {
  readonly feed: Feed | undefined;
  readonly open: ShownEvent | undefined;
}

/** Who stands on a row, has scrolled down or has opened a row reads: the list stands still until they want what is new. */
export function useReading(
  list: { readonly current: HTMLElement | null },
  { feed, open }: ReadingDeps,
): Reading {
  const wentOn = useRef(false);
  const look = (): void => {
    const { current } = list;
    if (current === null) return;
    const row = document.activeElement?.closest('tr[data-key]');
    const isThere = current.scrollTop > 0 || (row !== null && row !== undefined && current.contains(row));
    if (isThere) wentOn.current = false;
    feed?.setReading(isThere || (open !== undefined && !wentOn.current));
  };
  useEffect(() => {
    wentOn.current = false;
    look();
  }, [open, feed]);
  return {
    look,
    goOn: () => {
      const { current } = list;
      wentOn.current = true;
      current?.scrollTo({ top: 0 });
      current?.focus();
      feed?.setReading(false);
    },
  };
}
