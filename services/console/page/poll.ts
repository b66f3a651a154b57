import { useEffect, useState } from 'preact/hooks';
import { ask } from './api.js';

/** What was answered last; it stays while nobody answers, with the words of why. */
export interface Polled<T> {
  readonly value: T | undefined;
  /** Empty while all is well. */
  readonly trouble: string;
  /** There is no such thing, or it is not this viewer's to know. */
  readonly missing: boolean;
  /** Asks at once. */
  readonly again: () => void;
}

type Heard<T> = Omit<Polled<T>, 'again'>;

const LOOK_MS = 3_000;

/** Asks again and again while the page is looked at. */
export function usePolled<T>(path: string, onOver: () => void): Polled<T> {
  const [heard, setHeard] = useState<Heard<T> & { readonly of: string }>();
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let ended = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (): Promise<void> => {
      const answer = document.hidden ? undefined : await ask<T>(path);
      if (ended) return;
      if (answer?.ok === true) setHeard({ of: path, value: answer.value, trouble: '', missing: false });
      else if (answer?.problem.status === 401) onOver();
      else if (answer?.problem.status === 404)
        setHeard({ of: path, value: undefined, trouble: '', missing: true });
      else if (answer !== undefined) {
        const { detail } = answer.problem;
        setHeard((last) => ({
          of: path,
          value: last?.of === path ? last.value : undefined,
          trouble: detail,
          missing: false,
        }));
      }
      timer = setTimeout(() => void look(), LOOK_MS);
    };
    void look();
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [path, turn]);
  const now = heard?.of === path ? heard : { value: undefined, trouble: '', missing: false };
  return { ...now, again: () => setTurn((turns) => turns + 1) };
}
