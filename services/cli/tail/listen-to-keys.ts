interface KeyHandlers {
  readonly toggle: () => void;
  readonly end: () => void;
}

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';

/** Handles space, q and Ctrl-C on a terminal. Returns a function that restores the terminal. */
export function listenToKeys({ toggle, end }: KeyHandlers): () => void {
  const { stdin } = process;
  if (!stdin.isTTY) return () => {};
  const take = (key: string): void => {
    if (key === ' ') toggle();
    // In raw mode Ctrl-C is a key and sends no signal.
    if (key === 'q' || key === CTRL_C || key === CTRL_D) end();
  };
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stdin.resume();
  stdin.on('data', take);
  return () => {
    stdin.off('data', take);
    stdin.setRawMode(false);
    stdin.pause();
  };
}
