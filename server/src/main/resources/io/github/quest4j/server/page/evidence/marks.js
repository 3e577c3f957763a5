// Lights up passages of a document: five steps of one hue, and a frame around the best passage.

const STEPS = 5;

/**
 * How strongly a passage is lit: by its share times its place, so that the best one stands out where another one, which every
 * word is read from a little, has a share as large.
 */
function weight(passage) {
  return passage.share * passage.place;
}

/** The step, 1 to 5, of a weight beside the greatest one of the same word. */
function step(own, greatest) {
  return Math.max(1, Math.ceil(STEPS * Math.sqrt(own / Math.max(greatest, 1e-9)) - 1e-9));
}

/** Marks in a document view: by the CSS Custom Highlight API, elsewhere by a span around each passage. */
export class Marks {
  #view;
  #spans = [];
  #frames = [];
  #best;

  constructor(view) {
    this.#view = view;
    new ResizeObserver(() => this.#frame()).observe(view.scroller);
  }

  /** Shows these passages, best first, and only these. */
  paint(passages) {
    this.clear();
    const greatest = Math.max(0, ...passages.map(weight));
    for (const passage of passages) this.#mark(passage, step(weight(passage), greatest));
    this.#best = passages[0];
    this.#frame();
  }

  clear() {
    if (CSS.highlights) {
      for (let i = 1; i <= STEPS; i++) CSS.highlights.delete(`read-${i}`);
    }
    for (const span of this.#spans) {
      const block = span.parentNode;
      span.replaceWith(...span.childNodes);
      block?.normalize();
    }
    this.#spans = [];
    this.#best = undefined;
    this.#frame();
  }

  #mark(passage, level) {
    for (const range of this.#view.ranges(passage.start, passage.end)) {
      const name = `read-${level}`;
      if (CSS.highlights) {
        if (!CSS.highlights.has(name)) {
          const highlight = new Highlight();
          highlight.priority = level;
          CSS.highlights.set(name, highlight);
        }
        CSS.highlights.get(name).add(range);
      } else if (range.startContainer === range.endContainer) {
        const span = document.createElement('span');
        span.className = name;
        range.surroundContents(span);
        this.#spans.push(span);
      }
    }
  }

  #frame() {
    for (const frame of this.#frames) frame.remove();
    this.#frames = [];
    if (!this.#best) return;
    for (const line of this.#view.lines(this.#best.start, this.#best.end)) {
      const frame = document.createElement('div');
      frame.className = 'best';
      frame.style.left = `${line.left - 3}px`;
      frame.style.top = `${line.top - 1}px`;
      frame.style.width = `${line.width + 6}px`;
      frame.style.height = `${line.height + 2}px`;
      this.#view.scroller.append(frame);
      this.#frames.push(frame);
    }
  }
}
