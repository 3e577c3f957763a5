// A question with its answer: what was asked for, what came, and what it was read from.

import { Words } from '../evidence/words.js';

/** A turn of a conversation about a document. `before` is the turn that it follows up, if any. */
export class Turn {
  words = new Words();
  /** See Lens. The document begins message 0. */
  evidence;
  usage;
  quest;
  finish;
  error;
  requestId;
  measured = {};
  /** 'waiting', 'reading' the prompt, 'writing', 'done', 'stopped' or 'failed'. */
  state = 'waiting';
  progress;
  untraced = false;
  #controller = new AbortController();

  constructor(document, question, settings, before) {
    this.document = document;
    this.question = question;
    this.settings = settings;
    this.before = before;
    this.evidence = { message: 0, length: document.text.length, pages: undefined, strip: undefined, tokens: [] };
  }

  get running() {
    return this.state === 'waiting' || this.state === 'reading' || this.state === 'writing';
  }

  /** The conversation up to this question. The document comes first, so that each question finds it in the server's prefix cache. */
  get messages() {
    if (!this.before) return [{ role: 'user', content: `${this.document.text}\n\n${this.question}` }];
    return [...this.before.messages, { role: 'assistant', content: this.before.words.text }, { role: 'user', content: this.question }];
  }

  get #request() {
    const { attention, budget, layers, length } = this.settings;
    return {
      messages: this.messages,
      temperature: 0,
      max_tokens: length,
      quest: { attention, ...(budget && { token_budget: budget }), ...(!this.untraced && { trace: { passages: 8, layers } }) },
    };
  }

  stop() {
    this.#controller.abort();
  }

  /** Asks; calls changed(from) with the first piece of the answer that changed, or undefined where none did. Never throws. */
  async ask(api, changed) {
    try {
      try {
        await this.#stream(api, changed);
      } catch (error) {
        if (!error.field?.startsWith('quest.trace')) throw error;
        this.untraced = true; // not every model can be traced: better an answer without evidence than none
        await this.#stream(api, changed);
      }
      this.state = 'done';
    } catch (error) {
      this.state = this.#controller.signal.aborted ? 'stopped' : 'failed';
      if (this.state === 'failed') {
        this.error = error;
        this.requestId = error.requestId;
      }
    }
    changed();
  }

  async #stream(api, changed) {
    const sent = performance.now();
    let first = 0;
    let count = 0;
    this.requestId = await api.chat(this.#request, {
      signal: this.#controller.signal,
      progress: (done, all) => {
        if (this.state === 'writing') return;
        this.state = 'reading';
        this.progress = { done, all };
        changed();
      },
      chunk: (chunk) => {
        const tokens = this.#take(chunk);
        if (tokens.length > 0) {
          const now = performance.now();
          if (count === 0) first = now;
          count += tokens.length;
          this.state = 'writing';
          const rate = count > 1 && now > first ? (1000 * (count - 1)) / (now - first) : 0;
          this.measured = { first: first - sent, rate };
        }
        changed(this.#add(tokens));
      },
    });
  }

  #add(tokens) {
    let from;
    for (const token of tokens) {
      this.evidence.tokens.push(token);
      from = Math.min(from ?? Infinity, this.words.add(token));
    }
    return from;
  }

  /** Takes what a chunk tells; returns its tokens. */
  #take(chunk) {
    if (chunk.usage) this.usage = chunk.usage;
    if (chunk.quest) {
      if (chunk.quest.prompt?.pages) this.evidence.pages = chunk.quest.prompt.pages;
      if (chunk.quest.strip) this.evidence.strip = chunk.quest.strip;
      if (chunk.quest.pages !== undefined) this.quest = chunk.quest;
    }
    const choice = chunk.choices?.[0];
    if (!choice) return [];
    if (choice.finish_reason) this.finish = choice.finish_reason;
    const text = choice.delta?.content ?? '';
    const traced = choice.quest_trace?.tokens ?? [];
    if (traced.map((token) => token.text).join('') === text) return traced;
    return [{ text, passages: traced.flatMap((token) => token.passages ?? []) }];
  }
}
