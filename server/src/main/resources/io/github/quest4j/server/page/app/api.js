// The server's API, and its errors in words.

import { events } from './sse.js';

const ENDING = ['draining', 'cancelled']; // codes of a server that goes away in the middle of an answer

/**
 * An error told to the reader. `kind` is 'gone' (no connection), 'key' (401), 'busy' (429), 'waiting' (503), 'refused' (another 4xx)
 * or 'failed'.
 */
export class ApiError extends Error {
  constructor(kind, message, { retryAfter, requestId, field } = {}) {
    super(message);
    this.kind = kind;
    this.field = field; // of the request, that is wrong
    this.retryAfter = retryAfter;
    this.requestId = requestId;
  }
}

export class Api {
  key = '';

  /** What is served: {name, context} where the server tells its context. */
  async model() {
    const answer = await (await this.#send('v1/models')).json();
    const model = answer.data?.[0] ?? {};
    return { name: model.id ?? 'unknown model', context: model.max_model_len };
  }

  /** How many tokens a text has. */
  async tokens(text) {
    const answer = await this.#send('tokenize', { content: text, add_special: false });
    return (await answer.json()).tokens.length;
  }

  /** Whether the server takes requests now: 'ready', 'waiting' or 'gone'. */
  async readiness() {
    try {
      const response = await fetch('ready', { cache: 'no-store', signal: AbortSignal.timeout(5000) });
      return response.status === 503 ? 'waiting' : response.status >= 500 ? 'gone' : 'ready';
    } catch {
      return 'gone';
    }
  }

  /** Streams a chat completion: calls progress(done, all) while the prompt is read, then chunk(object). */
  async chat(request, { signal, progress, chunk }) {
    const response = await this.#send('v1/chat/completions', { ...request, stream: true, stream_options: { include_usage: true } }, signal);
    const requestId = response.headers.get('x-request-id') ?? undefined;
    let ended = false;
    try {
      for await (const event of events(response.body)) {
        if (event.comment !== undefined) {
          const read = /^prompt (\d+)\/(\d+)/.exec(event.comment);
          if (read) progress(Number(read[1]), Number(read[2]));
        } else if (event.data === '[DONE]') {
          ended = true;
          break;
        } else {
          const object = JSON.parse(event.data);
          if (object.error) throw errorOf(ENDING.includes(object.error.code) ? 503 : 500, object, { requestId });
          chunk(object);
        }
      }
    } catch (error) {
      if (signal.aborted || error instanceof ApiError) throw error;
      throw new ApiError('gone', 'The connection to the server broke off in the middle of the answer.', { requestId });
    }
    if (!ended) throw new ApiError('gone', 'The server ended the answer before it was complete.', { requestId });
    return requestId;
  }

  async #send(path, body, signal) {
    const headers = {};
    if (body) headers['content-type'] = 'application/json';
    if (this.key) headers.authorization = `Bearer ${this.key}`;
    let response;
    try {
      response = await fetch(path, { method: body ? 'POST' : 'GET', headers, body: body && JSON.stringify(body), signal, cache: 'no-store' });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new ApiError('gone', 'The server cannot be reached.');
    }
    if (response.ok) return response;
    const answer = await response.json().catch(() => ({}));
    throw errorOf(response.status, answer, {
      retryAfter: Number(response.headers.get('retry-after')) || undefined,
      requestId: response.headers.get('x-request-id') ?? undefined,
    });
  }
}

function errorOf(status, answer, given) {
  const details = { ...given, field: answer.error?.param ?? undefined };
  const said = answer.error?.message ? sentence(answer.error.message) : '';
  const field = answer.error?.param && !said.includes(answer.error.param) ? ` (field ${answer.error.param})` : '';
  switch (status) {
    case 401: return new ApiError('key', 'The server asks for an API key, or does not know this one.', details);
    case 413: return new ApiError('refused', `The document is too large for this server. ${said}`, details);
    case 429: return new ApiError('busy', `The server has as many requests as it takes.${details.retryAfter ? ` Ask again in ${details.retryAfter} s.` : ' Ask again in a moment.'}`, details);
    case 503: return new ApiError('waiting', said || 'The server is starting or shutting down.', details);
    default:
      if (status >= 500) return new ApiError('failed', `The server failed. ${said}`, details);
      return new ApiError('refused', (said || `The server refused the request with status ${status}.`) + field, details);
  }
}

function sentence(text) {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
