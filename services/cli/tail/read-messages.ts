/** One message of a stream of server-sent events; `id` names the place behind it. */
export interface ServerSentEvent {
  readonly id?: string;
  readonly event: string;
  readonly data: string;
}

/**
 * Reads server-sent events as the console writes them: fields of one line each, `\n` between lines, an empty line behind
 * each message. Ends where the stream ends, or is cut; what is not whole by then is left out.
 */
export async function* messagesOf({ body }: Pick<Response, 'body'>): AsyncGenerator<ServerSentEvent> {
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
    // Cut off: whoever reads goes on behind what came whole.
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
