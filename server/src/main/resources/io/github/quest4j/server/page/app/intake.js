// How a document comes in: pasted, dropped, opened, or the sample.

const MOST = 4 * 1024 * 1024; // characters

/** Calls onread(text, name) with each document that comes in. */
export class Intake {
  #parts;
  onread = () => {};

  constructor(parts) {
    this.#parts = parts;
    const { paste, open, file, sample, use, drop } = parts;
    paste.addEventListener('input', () => { use.disabled = paste.value.trim() === ''; });
    paste.addEventListener('paste', (event) => {
      const text = event.clipboardData?.getData('text/plain');
      if (paste.value !== '' || !text) return;
      event.preventDefault();
      this.#take(text, 'Pasted text');
    });
    use.addEventListener('click', () => this.take());
    open.addEventListener('click', () => file.click());
    file.addEventListener('change', () => {
      if (file.files[0]) this.#read(file.files[0]);
      file.value = '';
    });
    sample.addEventListener('click', () => this.#sample());

    let depth = 0; // dragenter and dragleave come for every element on the way
    const show = (by) => {
      depth = Math.max(0, depth + by);
      drop.hidden = depth === 0;
    };
    addEventListener('dragenter', (event) => { event.preventDefault(); show(1); });
    addEventListener('dragleave', () => show(-1));
    addEventListener('dragover', (event) => event.preventDefault());
    addEventListener('drop', (event) => {
      event.preventDefault();
      show(-depth);
      const dropped = event.dataTransfer.files[0];
      const text = event.dataTransfer.getData('text/plain');
      if (dropped) this.#read(dropped);
      else if (text) this.#take(text, 'Dropped text');
    });
  }

  /** Takes what stands in the text field, if anything. */
  take() {
    if (this.#parts.paste.value.trim() === '') return false;
    return this.#take(this.#parts.paste.value, 'Pasted text');
  }

  /** Puts a text into the field, to be changed. */
  edit(text) {
    this.#parts.paste.value = text;
    this.#parts.use.disabled = text === '';
    this.#parts.paste.focus();
    this.#parts.paste.setSelectionRange(0, 0);
  }

  async #read(file) {
    if (/\.pdf$/i.test(file.name) || file.type === 'application/pdf') return this.#refuse(`${file.name} is a PDF. This page reads plain text: save it as text first.`);
    if (file.size > 4 * MOST) return this.#refuse(`${file.name} is larger than 16 MB.`);
    try {
      this.#take(new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer()), file.name);
    } catch {
      this.#refuse(`${file.name} is not a text in UTF-8.`);
    }
  }

  async #sample() {
    try {
      const response = await fetch(new URL('sample.txt', import.meta.url));
      if (!response.ok) throw new Error();
      this.#take(await response.text(), 'Sample');
    } catch {
      this.#refuse('The sample could not be fetched: the server does not answer.');
    }
  }

  #take(raw, name) {
    // What is shown is what is sent, so that the offsets of passages fit.
    const text = raw.replace(/\r\n?/g, '\n').replace(/^\uFEFF/, '').trimEnd();
    if (text.trim() === '') return this.#refuse(`${name} is empty.`);
    if (text.includes('\0')) return this.#refuse(`${name} is not a text.`);
    if (text.length > MOST) return this.#refuse(`${name} has more than ${MOST / 1024 / 1024} million characters.`);
    this.#parts.problem.textContent = '';
    this.onread(text, name);
    return true;
  }

  #refuse(message) {
    this.#parts.problem.textContent = message;
    return false;
  }
}
