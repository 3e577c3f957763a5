// Server-sent events out of a response body.

/** Yields {data} for each event and {comment} for each comment line. */
export async function* events(body) {
  let rest = '';
  let data = [];
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const lines = (rest + value).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop();
      for (const line of lines) {
        if (line === '') {
          if (data.length > 0) yield { data: data.join('\n') };
          data = [];
        } else if (line.startsWith(':')) yield { comment: line.slice(1).trim() };
        else if (line.startsWith('data:')) data.push(line.slice(line[5] === ' ' ? 6 : 5));
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
