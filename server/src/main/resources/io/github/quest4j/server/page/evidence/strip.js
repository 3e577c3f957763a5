// The whole document at a glance: a bar for each page, and below it a row for each layer where layers were traced.

const BARS = 36; // pixels
const ROWS = 96; // pixels for all layers at most
const ROWS_NARROW = 44;

/** Spreads passages over pages by the characters that they have in common. Returns {shares, layers}. */
export function pageShares(passages, pages) {
  const shares = new Float64Array(pages.length);
  const depth = Math.max(0, ...passages.map((passage) => passage.layers?.length ?? 0));
  const layers = Array.from({ length: depth }, () => new Float64Array(pages.length));
  for (const passage of passages) {
    const length = Math.max(1, passage.end - passage.start);
    for (let p = firstPage(pages, passage.start); p < pages.length && pages[p].start < passage.end; p++) {
      const common = Math.min(pages[p].end, passage.end) - Math.max(pages[p].start, passage.start);
      if (common <= 0) continue;
      shares[p] += (passage.share * common) / length;
      passage.layers?.forEach((share, layer) => { layers[layer][p] += (share * common) / length; });
    }
  }
  return { shares, layers };
}

/** The page that holds a character, or the one behind it where none does. Pages are in order. */
export function firstPage(pages, offset) {
  let low = 0;
  let high = pages.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (pages[middle].end <= offset) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low);
}

/** A strip on a canvas, which is also a slider through the document's pages. */
export class Strip {
  #host;
  #canvas;
  #rows; // the layers' label
  #pages = [];
  #shown = { shares: [], layers: [] };
  #seen = { start: 0, end: 0 };
  #frame = 0;
  onpick = () => {};

  constructor(host) {
    this.#host = host;
    this.#canvas = document.createElement('canvas');
    this.#rows = label('');
    host.append(label('pages'), this.#rows, this.#canvas);
    new ResizeObserver(() => this.#later()).observe(host);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#later());
    new MutationObserver(() => this.#later()).observe(document.documentElement, { attributeFilter: ['data-theme'] });
    host.addEventListener('pointerdown', (event) => {
      this.#pick(event);
      host.setPointerCapture?.(event.pointerId);
    });
    host.addEventListener('pointermove', (event) => (event.buttons ? this.#pick(event) : this.#tell(event)));
    host.addEventListener('keydown', (event) => this.#key(event));
  }

  /** The pages of the document, in order, as {start, end} in its characters. None hides the strip. */
  set pages(pages) {
    this.#pages = pages;
    this.#shown = { shares: [], layers: [] };
    this.#host.hidden = pages.length === 0;
    this.#host.setAttribute('aria-valuemax', Math.max(1, pages.length));
    this.#value(0);
  }

  get pages() {
    return this.#pages;
  }

  /** Shows shares by page and, where there are any, by layer and page. */
  show(shown) {
    const rows = shown.layers.length;
    const most = matchMedia('(max-width: 52rem)').matches ? ROWS_NARROW : ROWS;
    this.#shown = shown;
    this.#rows.textContent = rows ? 'layers' : '';
    this.#host.style.height = `${BARS + (rows ? Math.max(24, Math.min(most, rows * 4)) + 3 : 0)}px`;
    this.#later();
    this.#value(Number(this.#host.getAttribute('aria-valuenow')) - 1);
  }

  /** Tells which characters are on the screen. */
  seen(range) {
    this.#seen = range;
    this.#later();
  }

  #later() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      if (!this.#host.hidden) this.#draw();
    });
  }

  #draw() {
    const scale = devicePixelRatio || 1;
    const width = Math.round(this.#canvas.clientWidth * scale);
    const height = Math.round(this.#canvas.clientHeight * scale);
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
    }
    const style = getComputedStyle(this.#canvas);
    const context = this.#canvas.getContext('2d');
    context.clearRect(0, 0, width, height);
    this.#window(context, width, height, style.outlineColor);
    const bars = Math.round(BARS * scale) - 1;
    context.fillStyle = style.color;
    this.#columns(this.#shown.shares, width, (x, wide, share) => {
      const tall = Math.max(scale, bars * 0.94 * share);
      context.globalAlpha = share > 0 ? 0.5 + 0.5 * share : 0.22;
      context.fillRect(x, bars - tall, wide, tall);
    });
    const rows = this.#shown.layers.length;
    const greatest = Math.max(1e-9, ...this.#shown.layers.map((row) => greatestOf(row)));
    const row = (height - bars - 3 * scale) / Math.max(1, rows);
    context.fillStyle = style.borderTopColor;
    this.#shown.layers.forEach((shares, layer) => {
      const top = bars + 3 * scale + layer * row;
      this.#columns(shares, width, (x, wide, share) => {
        context.globalAlpha = 0.06 + 0.94 * Math.sqrt(share);
        context.fillRect(x, top, wide, Math.max(1, row - (row > 3 * scale ? scale / 2 : 0)));
      }, greatest);
    });
    context.globalAlpha = 1;
  }

  /** What of the document is on the screen, as a shade behind the bars. */
  #window(context, width, height, colour) {
    if (this.#pages.length === 0 || this.#seen.end <= this.#seen.start) return;
    const from = firstPage(this.#pages, this.#seen.start) / this.#pages.length;
    const to = (firstPage(this.#pages, this.#seen.end - 1) + 1) / this.#pages.length;
    context.fillStyle = colour;
    context.globalAlpha = 0.08;
    context.fillRect(from * width, 0, Math.max(2, (to - from) * width), height);
  }

  /** Draws a page, or as many pages as share a column of pixels, of which the greatest counts. */
  #columns(shares, width, draw, greatest = greatestOf(shares)) {
    const pages = this.#pages.length;
    const columns = Math.min(pages, Math.floor(width / 2));
    for (let c = 0; c < columns; c++) {
      const from = Math.floor((c * pages) / columns);
      const to = Math.floor(((c + 1) * pages) / columns);
      let share = 0;
      for (let p = from; p < to; p++) share = Math.max(share, shares[p] ?? 0);
      const x = Math.round((c * width) / columns);
      const next = Math.round(((c + 1) * width) / columns);
      draw(x, Math.max(1, next - x - (next - x > 3 ? 1 : 0)), Math.min(1, share / Math.max(greatest, 1e-9)));
    }
  }

  #pageAt(event) {
    const box = this.#canvas.getBoundingClientRect();
    const page = Math.floor(((event.clientX - box.left) / box.width) * this.#pages.length);
    return Math.min(this.#pages.length - 1, Math.max(0, page));
  }

  #tell(event) {
    this.#host.title = this.#words(this.#pageAt(event));
  }

  #pick(event) {
    this.#go(this.#pageAt(event));
  }

  #key(event) {
    const now = Number(this.#host.getAttribute('aria-valuenow')) - 1;
    const last = this.#pages.length - 1;
    const leap = Math.max(1, Math.round(last / 10));
    const moves = { ArrowRight: now + 1, ArrowUp: now + 1, ArrowLeft: now - 1, ArrowDown: now - 1, PageUp: now + leap, PageDown: now - leap, Home: 0, End: last };
    if (!(event.key in moves)) return;
    event.preventDefault();
    this.#go(Math.min(last, Math.max(0, moves[event.key])));
  }

  #go(page) {
    this.#value(page);
    this.onpick(this.#pages[page]);
  }

  #value(page) {
    this.#host.setAttribute('aria-valuenow', page + 1);
    this.#host.setAttribute('aria-valuetext', this.#words(page));
  }

  #words(page) {
    const share = this.#shown.shares[page] ?? 0;
    return `Page ${page + 1} of ${this.#pages.length}: ${(100 * share).toFixed(1)} % of the attention`;
  }
}

function label(text) {
  const element = document.createElement('span');
  element.setAttribute('aria-hidden', 'true');
  element.textContent = text;
  return element;
}

/** The greatest share but for the first page's, which always holds much: models rest their attention there. */
function greatestOf(shares) {
  let greatest = 0;
  for (let p = shares.length > 1 ? 1 : 0; p < shares.length; p++) greatest = Math.max(greatest, shares[p]);
  return greatest || shares[0] || 0;
}
