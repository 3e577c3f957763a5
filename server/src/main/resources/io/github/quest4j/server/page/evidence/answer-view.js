// The words of an answer: pointed at, walked through with the arrow keys, or tapped.

import { passagesOf } from './words.js';

/** How plainly a word is underlined, by the share of its best passage. */
function strength(share) {
  return 0.15 + 0.6 * Math.min(1, Math.sqrt(share / 0.3));
}

/**
 * Shows words and tells which one is looked at. One of them is in the tab order (roving tabindex); a click, a tap,
 * Enter or the space bar holds a word until it is done again or Escape is pressed.
 */
export class AnswerView {
  #host;
  #words;
  #elements = []; // beside #words.pieces; a text node for white space
  #current = -1;
  #held = -1;
  #looked = -1;
  #hover = 0;
  /** Called with a piece, or with undefined when none is looked at any more. */
  onlook = () => {};

  constructor(host, words, label) {
    this.#host = host;
    this.#words = words;
    host.classList.add('words');
    host.setAttribute('role', 'listbox');
    host.setAttribute('aria-orientation', 'horizontal');
    host.setAttribute('aria-label', label);
    host.addEventListener('pointerover', (event) => this.#over(event));
    host.addEventListener('pointerleave', () => this.#leave());
    host.addEventListener('click', (event) => this.#click(event));
    host.addEventListener('focusin', (event) => this.#focus(event));
    host.addEventListener('focusout', (event) => host.contains(event.relatedTarget) || this.#leave());
    host.addEventListener('keydown', (event) => this.#key(event));
  }

  /** Shows what changed from a piece on. */
  update(from) {
    const pieces = this.#words.pieces;
    for (let i = from; i < pieces.length; i++) {
      const piece = pieces[i];
      const element = this.#elements[i] ?? this.#append(piece);
      if (element.textContent !== piece.text) element.textContent = piece.text;
      if (piece.word) {
        const best = passagesOf(piece.tokens)[0];
        element.classList.toggle('known', best !== undefined);
        element.style.setProperty('--strength', `${Math.round(100 * strength(best?.share ?? 0))}%`);
      }
    }
  }

  #append(piece) {
    let element = document.createTextNode('');
    if (piece.word) {
      element = document.createElement('span');
      element.setAttribute('role', 'option');
      element.setAttribute('aria-selected', 'false');
      element.tabIndex = this.#current < 0 ? 0 : -1;
      if (this.#current < 0) this.#current = this.#elements.length;
    }
    this.#elements.push(element);
    this.#host.append(element);
    return element;
  }

  /** Looks away: another answer is looked at. */
  release() {
    clearTimeout(this.#hover);
    if (this.#looked >= 0) this.#elements[this.#looked].classList.remove('looked');
    this.#looked = -1;
    this.#drop();
  }

  #drop() {
    if (this.#held < 0) return;
    this.#elements[this.#held].setAttribute('aria-selected', 'false');
    this.#held = -1;
  }

  #index(event) {
    return event.target.nodeType === Node.ELEMENT_NODE ? this.#elements.indexOf(event.target.closest('[role="option"]')) : -1;
  }

  #over(event) {
    clearTimeout(this.#hover);
    const at = this.#index(event);
    if (event.pointerType === 'touch' || at < 0) return;
    // A mouse that only passes over the words leaves the document at rest.
    this.#hover = setTimeout(() => this.#look(at), 60);
  }

  #leave() {
    clearTimeout(this.#hover);
    if (this.#held >= 0) this.#look(this.#held);
    else this.#look(-1);
  }

  #click(event) {
    const at = this.#index(event);
    if (at >= 0 && getSelection().isCollapsed) this.#hold(at);
  }

  #hold(at) {
    const again = at === this.#held;
    this.#drop();
    if (!again) {
      this.#held = at;
      this.#elements[at].setAttribute('aria-selected', 'true');
    }
    this.#rove(at);
    this.#look(at);
  }

  #focus(event) {
    const at = this.#index(event);
    if (at < 0) return;
    this.#rove(at);
    this.#look(at);
  }

  #rove(at) {
    if (this.#current >= 0) this.#elements[this.#current].tabIndex = -1;
    this.#current = at;
    this.#elements[at].tabIndex = 0;
  }

  #look(at) {
    if (at === this.#looked) return; // what shows its evidence may have the focus, and must not be made anew
    if (this.#looked >= 0) this.#elements[this.#looked].classList.remove('looked');
    this.#looked = at;
    if (at >= 0) this.#elements[at].classList.add('looked');
    this.onlook(at < 0 ? undefined : this.#words.pieces[at]);
  }

  #key(event) {
    const at = this.#index(event);
    if (at < 0) return;
    if (event.key === 'Enter' || event.key === ' ') this.#hold(at);
    else if (event.key === 'Escape') {
      this.#drop();
      this.#look(-1);
    } else {
      const to = this.#target(event.key, at);
      if (to === undefined) return;
      this.#elements[to]?.focus();
    }
    event.preventDefault();
  }

  #target(key, at) {
    const isWord = (i) => this.#words.pieces[i]?.word;
    const all = this.#words.pieces.length;
    const along = (i, by) => {
      while (i >= 0 && i < all && !isWord(i)) i += by;
      return i >= 0 && i < all ? i : at;
    };
    switch (key) {
      case 'ArrowRight': return along(at + 1, 1);
      case 'ArrowLeft': return along(at - 1, -1);
      case 'Home': return along(0, 1);
      case 'End': return along(all - 1, -1);
      case 'ArrowDown': return this.#line(at, 1);
      case 'ArrowUp': return this.#line(at, -1);
      default: return undefined;
    }
  }

  /** The word nearest below or above. */
  #line(at, by) {
    const here = this.#elements[at].getBoundingClientRect();
    const middle = (here.left + here.right) / 2;
    let best = at;
    let least = Infinity;
    let line;
    for (let i = at + by; i >= 0 && i < this.#elements.length; i += by) {
      if (!this.#words.pieces[i].word) continue;
      const rect = this.#elements[i].getBoundingClientRect();
      if (Math.abs(rect.top - here.top) < here.height / 2) continue;
      line ??= rect.top;
      if (Math.abs(rect.top - line) > here.height / 2) break;
      const off = Math.abs((rect.left + rect.right) / 2 - middle);
      if (off < least) {
        least = off;
        best = i;
      }
    }
    return best;
  }
}
