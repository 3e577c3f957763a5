// The text of a document on the screen, found again by character offsets.

const BLOCK = 2000; // characters of a block at least, so that a long document has hundreds of elements, not one a line

/** Shows a text in blocks of whole lines, each with a single text node. */
export class DocumentView {
  #scroller;
  #blocks = []; // {start, end, element}, in order
  text = '';
  onscroll = () => {};

  constructor(scroller) {
    this.#scroller = scroller;
    scroller.addEventListener('scroll', () => this.onscroll(), { passive: true });
  }

  get scroller() {
    return this.#scroller;
  }

  show(text) {
    this.text = text;
    this.#blocks = [];
    const all = document.createDocumentFragment();
    for (let start = 0; start < text.length;) {
      const newline = text.indexOf('\n', start + BLOCK);
      const end = newline < 0 ? text.length : newline + 1;
      const element = document.createElement('div');
      element.className = 'block';
      element.textContent = text.slice(start, end);
      all.append(element);
      this.#blocks.push({ start, end, element });
      start = end;
    }
    this.#scroller.replaceChildren(all);
    this.#scroller.scrollTop = 0;
  }

  /** The blocks that hold a part of [start, end), as {element, from, to} with offsets within the block. */
  parts(start, end) {
    const parts = [];
    for (let i = this.#blockAt(start); i < this.#blocks.length && this.#blocks[i].start < end; i++) {
      const block = this.#blocks[i];
      const from = Math.max(start, block.start) - block.start;
      const to = Math.min(end, block.end) - block.start;
      if (from < to) parts.push({ element: block.element, from, to });
    }
    return parts;
  }

  #blockAt(offset) {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#blocks[middle].start <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Ranges of the text nodes that hold [start, end): one per block. */
  ranges(start, end) {
    return this.parts(start, end).map(({ element, from, to }) => {
      const range = document.createRange();
      point(element, from, (node, at) => range.setStart(node, at));
      point(element, to, (node, at) => range.setEnd(node, at));
      return range;
    });
  }

  /** Where [start, end) lies, one rectangle a line, in the scrolled content's coordinates. */
  lines(start, end) {
    const box = this.#scroller.getBoundingClientRect();
    const left = box.left + this.#scroller.clientLeft - this.#scroller.scrollLeft;
    const top = box.top + this.#scroller.clientTop - this.#scroller.scrollTop;
    const lines = [];
    for (const rect of this.ranges(start, end).flatMap((range) => [...range.getClientRects()])) {
      if (rect.width <= 1) continue;
      const line = lines.at(-1);
      if (line && Math.abs(line.top + top - rect.top) < 2) { // the space at which a line wraps comes apart from its words
        line.width = Math.max(line.left + line.width, rect.right - left) - line.left;
      } else lines.push({ left: rect.left - left, top: rect.top - top, width: rect.width, height: rect.height });
    }
    return lines;
  }

  /** Scrolls until [start, end) can be seen, and not at all if it can. */
  reveal(start, end) {
    const lines = this.lines(start, end);
    if (lines.length === 0) return;
    const top = lines[0].top;
    const bottom = lines.at(-1).top + lines.at(-1).height;
    const { scrollTop, clientHeight } = this.#scroller;
    if (top >= scrollTop + 8 && bottom <= scrollTop + clientHeight - 8) return;
    const target = Math.max(0, top - clientHeight * 0.3);
    const near = Math.abs(target - scrollTop) < 3 * clientHeight;
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#scroller.scrollTo({ top: target, behavior: near && !calm ? 'smooth' : 'instant' });
  }

  /** Which characters can be seen, about. */
  visible() {
    const from = this.#scroller.getBoundingClientRect().top;
    return { start: this.#offsetAt(from), end: this.#offsetAt(from + this.#scroller.clientHeight) };
  }

  #offsetAt(y) {
    if (this.#blocks.length === 0) return 0;
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#blocks[middle].element.getBoundingClientRect().bottom < y) low = middle + 1;
      else high = middle;
    }
    const block = this.#blocks[low];
    const rect = block.element.getBoundingClientRect();
    const part = Math.min(1, Math.max(0, (y - rect.top) / Math.max(1, rect.height)));
    return Math.round(block.start + part * (block.end - block.start));
  }
}

/** Finds a character among the text nodes of a block: one of them, or several where passages are wrapped. */
function point(element, offset, set) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let last = element;
  let length = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (offset <= node.data.length) return set(node, offset);
    offset -= node.data.length;
    last = node;
    length = node.data.length;
  }
  return set(last, length);
}
