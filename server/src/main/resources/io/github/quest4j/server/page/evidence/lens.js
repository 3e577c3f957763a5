// Ties a document to its answers: a word that is looked at lights up what it was read from.

import { DocumentView } from './document-view.js';
import { Marks } from './marks.js';
import { Strip, firstPage, pageShares } from './strip.js';
import { passagesOf } from './words.js';

const PLACES = 6; // passages named in the caption

/**
 * A document with its strip and caption. An answer's evidence is {message, length, pages, strip, tokens}: which message of the
 * conversation the document began, how many of its characters are the document's, the pages of the prompt as {start, end, message},
 * the mean share by page, and the tokens.
 */
export class Lens {
  #view;
  #marks;
  #strip;
  #caption;
  #hint = '';
  #looking = false;

  constructor({ text, strip, caption }) {
    this.#view = new DocumentView(text);
    this.#marks = new Marks(this.#view);
    this.#strip = new Strip(strip);
    this.#caption = caption;
    this.#view.onscroll = () => this.#strip.seen(this.#view.visible());
    this.#strip.onpick = (page) => page && this.#view.reveal(page.start, Math.max(page.end, page.start + 1));
    new ResizeObserver(() => this.#strip.seen(this.#view.visible())).observe(text);
  }

  /** Shows a document, at rest. */
  open(text) {
    this.#looking = false;
    this.#marks.clear();
    this.#view.show(text);
    this.#strip.pages = [];
    this.hint('');
  }

  /** What the caption says while no word is looked at. */
  hint(text) {
    this.#hint = text;
    if (!this.#looking) this.#caption.textContent = text;
  }

  /** Shows where the whole answer was read from, unless a word is looked at. */
  refresh(evidence) {
    if (!this.#looking) this.rest(evidence);
  }

  /** Shows where the whole answer was read from. */
  rest(evidence) {
    this.#looking = false;
    this.#marks.clear();
    this.#caption.textContent = this.#hint;
    if (!this.#turnTo(evidence)) return;
    const { shares, layers } = pageShares(this.#own(passagesOf(evidence.tokens), evidence), this.#strip.pages);
    const own = evidence.strip && this.#indices(evidence).map((p) => evidence.strip[p] ?? 0);
    this.#strip.show({ shares: own ?? shares, layers });
  }

  /** Shows where a word was read from. */
  look(word, evidence) {
    if (!word) return this.rest(evidence);
    this.#looking = true;
    const passages = passagesOf(word.tokens);
    const own = this.#own(passages, evidence);
    this.#marks.paint(own);
    if (this.#turnTo(evidence)) this.#strip.show(pageShares(own, this.#strip.pages));
    if (own.length > 0) this.#view.reveal(own[0].start, own[0].end);
    this.#say(word, own, passages.length);
  }

  /** The passages within the document; the question and earlier messages are not on the screen. */
  #own(passages, evidence) {
    return passages
      .filter((passage) => passage.message === evidence.message && passage.start < evidence.length)
      .map((passage) => ({ ...passage, end: Math.min(passage.end, evidence.length) }));
  }

  #indices(evidence) {
    const indices = [];
    evidence.pages?.forEach((page, p) => {
      if ((page.message ?? evidence.message) === evidence.message && page.start < evidence.length && page.end > page.start) indices.push(p);
    });
    return indices;
  }

  #turnTo(evidence) {
    const indices = this.#indices(evidence);
    const pages = indices.map((p) => ({ start: evidence.pages[p].start, end: Math.min(evidence.pages[p].end, evidence.length) }));
    const same = pages.length === this.#strip.pages.length && pages.every((page, p) => page.start === this.#strip.pages[p].start);
    if (!same) {
      this.#strip.pages = pages;
      this.#strip.seen(this.#view.visible());
    }
    return pages.length > 0;
  }

  #say(word, own, all) {
    const quote = document.createElement('q');
    quote.textContent = word.text;
    this.#caption.replaceChildren(quote);
    if (own.length === 0) {
      this.#caption.append(all > 0 ? ' was read from the question, not from the document.' : ' was not traced.');
      return;
    }
    const from = document.createElement('span');
    from.textContent = 'read from';
    const places = document.createElement('span');
    places.className = 'places';
    for (const passage of own.slice(0, PLACES)) places.append(this.#place(passage));
    this.#caption.append(from, places);
  }

  #place(passage) {
    const button = document.createElement('button');
    button.type = 'button';
    const page = this.#strip.pages.length > 0 ? `p. ${firstPage(this.#strip.pages, passage.start) + 1} · ` : '';
    button.textContent = `${page}${percent(passage.share)}`;
    const quoted = this.#view.text.slice(passage.start, passage.end).trim();
    button.title = quoted;
    button.setAttribute('aria-label', `${button.textContent}: ${quoted}`);
    button.addEventListener('click', () => this.#view.reveal(passage.start, passage.end));
    return button;
  }
}

function percent(share) {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}
