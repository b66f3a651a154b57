const FRESH_MS = 2_000;

/** Returns a function that asks at most every two seconds, however many viewers look, and returns the latest answer. */
export function shareAnswers<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: { readonly at: number; readonly answer: Promise<T> } | undefined;
  return () => {
    if (asked === undefined || Date.now() - asked.at > FRESH_MS) asked = { at: Date.now(), answer: ask() };
    return asked.answer;
  };
}
