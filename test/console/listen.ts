/** One server-sent event. */
export interface Message {
  readonly id: string;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Listener {
  readonly status: number;
  readonly messages: readonly Message[];
  /** The data of all events of this name so far. */
  readonly of: (event: string) => readonly Message['data'][];
  readonly ended: Promise<void>;
  readonly close: () => void;
}

/** Reads a stream as a program does, once `awake` resolves; browsers are tested in a browser. */
export async function listen(
  url: string,
  headers: Readonly<Record<string, string>>,
  asleep: Promise<void> = Promise.resolve(),
): Promise<Listener> {
  const ending = new AbortController();
  const response = await fetch(url, { headers, signal: ending.signal });
  const messages: Message[] = [];
  // The response is referenced: a collected one is cancelled.
  const ended = asleep.then(() => read(response, messages));
  return {
    status: response.status,
    messages,
    ended,
    of: (name) => messages.filter(({ event }) => event === name).map(({ data }) => data),
    close: () => ending.abort(),
  };
}

async function read(response: Response, messages: Message[]): Promise<void> {
  const { ok, body } = response;
  if (!ok || body === null) return;
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of body) {
      const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s)));
        const { id = '', event = '', data } = fields as Record<string, string | undefined>;
        if (data !== undefined) messages.push({ id, event, data: JSON.parse(data) as Message['data'] });
      }
    }
  } catch {
    // Closed by the listener, or cut off by the console.
  }
}
