interface Keys {
  readonly toggle: () => void;
  readonly end: () => void;
}

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';

/** Space, q and Ctrl-C on a terminal; returns what gives the terminal back as it was. */
export function listenToKeys({ toggle, end }: Keys): () => void {
  const { stdin } = process;
  if (!stdin.isTTY) return () => {};
  const take = (key: string): void => {
    if (key === ' ') toggle();
    // Raw mode hands Ctrl-C over as a key: nobody sends the signal.
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
