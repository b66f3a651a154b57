import { useLayoutEffect, useState } from 'preact/hooks';

/** The current view and its parameters. Both are in the address, so that a link opens the same view. */
export interface PageRoute {
  readonly path: string;
  readonly query: URLSearchParams;
}

const CHANGED = 'liaison-route';

function currentRoute(): PageRoute {
  return { path: location.pathname, query: new URLSearchParams(location.search) };
}

/** Returns the address of a view, without empty parameters. */
export function addressOf(path: string, query: URLSearchParams): string {
  const kept = [...query].filter(([, value]) => value !== '');
  const text = new URLSearchParams(kept).toString().replaceAll('%2C', ',');
  return text === '' ? path : `${path}?${text}`;
}

/** Adds an address to the browser's history and shows its view, without loading the page again. */
export function navigate(path: string, query: URLSearchParams = new URLSearchParams()): void {
  history.pushState(null, '', addressOf(path, query));
  dispatchEvent(new Event(CHANGED));
}

/**
 * Returns what a click on a link to a view does: it shows the view without loading the page again. With a modifier key the
 * browser opens the link itself.
 */
export function followLink(path: string, query?: URLSearchParams): (event: MouseEvent) => void {
  return (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    navigate(path, query);
  };
}

/** Returns the current route; renders again when it changes. */
export function useRoute(): PageRoute {
  const [route, setRoute] = useState(currentRoute);
  // A layout effect: a control used in the first frame changes the route before ordinary effects run.
  useLayoutEffect(() => {
    const change = (): void => setRoute(currentRoute());
    for (const name of [CHANGED, 'popstate']) addEventListener(name, change);
    return () => {
      for (const name of [CHANGED, 'popstate']) removeEventListener(name, change);
    };
  }, []);
  return route;
}
