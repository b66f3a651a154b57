/** One server-sent event; its `id` is the position to resume after. */
export interface ServerSentEvent {
  readonly id?: string;
  readonly event: string;
  readonly data: string;
}

/**
 * Reads server-sent events as the console writes them: one line for each field, `\n` as line end, an empty line after each
 * event. Ends when the stream ends or is cut, without an incomplete last event.
 */
export async function* readServerSentEvents({
  body,
}: Pick<Response, 'body'>): AsyncGenerator<ServerSentEvent> {
  if (body === null) return;
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of body) {
      const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) yield messageOf(block);
    }
  } catch {
    // The connection was cut: the caller resumes after the last complete event.
  }
}

function messageOf(block: string): ServerSentEvent {
  const fields = block.split('\n').map((line) => {
    const colon = line.indexOf(': ');
    return [line.slice(0, colon), line.slice(colon + 2)] as const;
  });
  const { id, event = '', data = '' } = Object.fromEntries(fields) as Partial<Record<string, string>>;
  return { ...(id === undefined ? {} : { id }), event, data };
}
