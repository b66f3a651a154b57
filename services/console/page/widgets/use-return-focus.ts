import { useEffect, useRef } from 'preact/hooks';

/** Moves the focus back to the opened row, or to the list if the row is gone, when the component closes. */
export function useReturnFocus(): void {
  const row = useRef<HTMLElement | null>(null);
  useEffect(() => {
    row.current = document.querySelector<HTMLElement>('.list [aria-current]');
  });
  useEffect(
    () => () => {
      const { current } = row;
      const isShown = current?.isConnected === true;
      (isShown ? current : document.querySelector<HTMLElement>('.list'))?.focus();
    },
    [],
  );
}
