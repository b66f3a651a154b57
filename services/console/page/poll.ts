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
/** A console that hangs keeps its connections. */
const ANSWER_MS = 10_000;
/** The question itself is wrong: asked again, it is answered the same. */
const MISTAKEN = 400;

/** Asks again and again while the page is looked at and the question can be answered. */
export function usePolled<T>(path: string, onOver: () => void): Polled<T> {
  const [heard, setHeard] = useState<Heard<T> & { readonly of: string }>();
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let ended = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (): Promise<void> => {
      const answer = document.hidden
        ? undefined
        : await ask<T>(path, { signal: AbortSignal.timeout(ANSWER_MS) });
      if (ended) return;
      if (answer?.ok === true) setHeard({ of: path, value: answer.value, trouble: '', missing: false });
      else if (answer?.problem.status === 401) onOver();
      else if (answer?.problem.status === 404)
        setHeard({ of: path, value: undefined, trouble: '', missing: true });
      else if (answer !== undefined) {
        const { status, detail } = answer.problem;
        const isAsked = status !== MISTAKEN;
        setHeard((last) => ({
          of: path,
          value: last?.of === path ? last.value : undefined,
          trouble: isAsked ? `${detail}; trying again` : detail,
          missing: false,
        }));
        if (!isAsked) return;
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
