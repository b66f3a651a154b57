/** Calls `end` when the process that forked this one is gone, also if it went before; never where nobody forked it. */
export function whenParentEnds(end: () => void): void {
  const isForked = process.send !== undefined;
  if (isForked && !process.connected) end();
  else process.once('disconnect', end);
}
