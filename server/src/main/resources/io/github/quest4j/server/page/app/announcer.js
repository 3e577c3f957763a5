// Tells a screen reader what happens: an answer sentence by sentence, never token by token.

const END = /[.!?…:。！？]["')\]]?\s|\n/g;

export class Announcer {
  #element;
  #waiting = '';

  constructor(element) {
    this.#element = element;
  }

  say(text) {
    this.#element.textContent = text;
  }

  /** Takes a piece of an answer; says what ends a sentence. */
  piece(text) {
    this.#waiting += text;
    const last = [...this.#waiting.matchAll(END)].at(-1);
    if (!last) return;
    const end = last.index + last[0].length;
    this.say(this.#waiting.slice(0, end));
    this.#waiting = this.#waiting.slice(end);
  }

  /** Says what is left, and how the answer ended. */
  end(how) {
    this.say(`${this.#waiting} ${how}`.trim());
    this.#waiting = '';
  }
}
