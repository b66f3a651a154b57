import { useLayoutEffect, useState } from 'preact/hooks';

/** Where somebody stands: a view and what it is asked for, both in the address, so that a link leads to the same. */
export interface PageRoute {
  readonly path: string;
  readonly query: URLSearchParams;
}

const CHANGED = 'liaison-route';

function here(): PageRoute {
  return { path: location.pathname, query: new URLSearchParams(location.search) };
}

/** An address without empty parameters. */
export function addressOf(path: string, query: URLSearchParams): string {
  const kept = [...query].filter(([, value]) => value !== '');
  const text = new URLSearchParams(kept).toString().replaceAll('%2C', ',');
  return text === '' ? path : `${path}?${text}`;
}

export function go(path: string, query: URLSearchParams = new URLSearchParams()): void {
  history.pushState(null, '', addressOf(path, query));
  dispatchEvent(new Event(CHANGED));
}

export function useRoute(): PageRoute {
  const [route, setRoute] = useState(here);
  // Before anything is drawn: what is chosen in the first frame must not be missed.
  useLayoutEffect(() => {
    const change = (): void => setRoute(here());
    for (const name of [CHANGED, 'popstate']) addEventListener(name, change);
    return () => {
      for (const name of [CHANGED, 'popstate']) removeEventListener(name, change);
    };
  }, []);
  return route;
}
