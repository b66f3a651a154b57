import { useEffect, useRef } from 'preact/hooks';

/** Whoever moves by keyboard goes on where they were when what was opened is closed: on its row, else in the list. */
export function useWayBack(): void {
  const row = useRef<HTMLElement | null>(null);
  useEffect(() => {
    row.current = document.querySelector<HTMLElement>('.list [aria-current]');
  });
  useEffect(
    () => () => {
      const { current } = row;
      const isThere = current?.isConnected === true;
      (isThere ? current : document.querySelector<HTMLElement>('.list'))?.focus();
    },
    [],
  );
}
