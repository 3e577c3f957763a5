// Whether the server is there: a banner while it is not, and asking again until it is.

const WAITS = [1, 2, 4, 8, 15]; // seconds before each try; the last one repeats
const BEAT = 10_000; // milliseconds between looks at a server that was there

export class Connection {
  #api;
  #parts;
  #tries = 0;
  #timer = 0;
  #up;
  /** Called when the server is there again, or for the first time. */
  onup = () => {};

  constructor(api, { banner, text, retry, state, stateText }) {
    this.#api = api;
    this.#parts = { banner, text, state, stateText };
    retry.addEventListener('click', () => this.#look());
    document.addEventListener('visibilitychange', () => document.hidden || this.#look());
  }

  get up() {
    return this.#up === true;
  }

  /** Looks now, and from then on. */
  start() {
    return this.#look();
  }

  /** A request did not get through: is the server still there? */
  lost() {
    this.#tries = 0;
    return this.#look();
  }

  async #look() {
    clearTimeout(this.#timer);
    const found = await this.#api.readiness();
    if (found !== 'ready') return this.#down(found);
    const first = this.#up !== true;
    this.#up = true;
    this.#tries = 0;
    this.#parts.banner.hidden = true;
    this.#parts.state.dataset.state = 'up';
    this.#parts.stateText.textContent = 'connected';
    this.#again(BEAT);
    if (first) this.onup();
  }

  #down(found) {
    this.#up = false;
    const wait = WAITS[Math.min(this.#tries++, WAITS.length - 1)];
    const { banner, text, state, stateText } = this.#parts;
    state.dataset.state = found;
    stateText.textContent = found === 'gone' ? 'not connected' : 'not ready';
    const said = found === 'gone'
      ? 'The server cannot be reached. What is on this page stays; the page asks again by itself.'
      : 'The server is starting or shutting down. The page goes on as soon as it is ready.';
    if (text.textContent !== said) text.textContent = said; // an alert is read aloud each time it changes
    banner.hidden = false;
    this.#again(wait * 1000);
  }

  #again(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => document.hidden || this.#look(), milliseconds);
  }
}
