// Words of an answer. A model writes tokens; people read words: tokens that no white space parts are one word.

// Scripts written without spaces: there each character is a word.
const UNSPACED = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Thai}|\p{Script=Lao}|\p{Script=Khmer}|\p{Script=Myanmar}/u;
const PARTS = /\s+|\S+/gu;

/**
 * Grows a list of pieces, words and the white space between them, token by token.
 * A piece is {text, word, tokens}: the tokens it was written with, each {text, passages}.
 */
export class Words {
  pieces = [];
  #silent = []; // tokens whose text comes with the next one, as a part of a character does

  /** Adds a token; returns the index of the first piece that changed. */
  add(token) {
    const first = Math.max(0, this.pieces.length - 1);
    if (token.text === '') this.#silent.push(token);
    for (const part of token.text.match(PARTS) ?? []) {
      if (/^\s/u.test(part)) this.#append(part, false, undefined);
      else for (const text of unspaced(part)) this.#append(text, true, token);
    }
    return first;
  }

  #append(text, word, token) {
    const last = this.pieces.at(-1);
    const joins = last?.word === word && !(word && UNSPACED.test(last.text.at(-1) + text[0]));
    const piece = joins ? last : { text: '', word, tokens: [] };
    if (!joins) this.pieces.push(piece);
    piece.text += text;
    if (!token || piece.tokens.at(-1) === token) return;
    piece.tokens.push(...this.#silent.splice(0), token);
  }

  get text() {
    return this.pieces.map((piece) => piece.text).join('');
  }
}

function unspaced(part) {
  if (!UNSPACED.test(part)) return [part];
  const texts = [];
  let spaced = '';
  for (const character of part) {
    if (UNSPACED.test(character)) {
      if (spaced) texts.push(spaced);
      texts.push(character);
      spaced = '';
    } else spaced += character;
  }
  if (spaced) texts.push(spaced);
  return texts;
}

/**
 * What some tokens were read from: the union of their passages, a passage's share and layers being the mean over the tokens.
 * Best first. The server ranks a token's passages by what they tell, which is not always by share, so places count:
 * a first place 1, a second one half, and so on; where places are equal the share decides.
 */
export function passagesOf(tokens) {
  const union = new Map();
  for (const token of tokens) {
    (token.passages ?? []).forEach((passage, place) => {
      const key = `${passage.message ?? 0}:${passage.start}:${passage.end}`;
      let sum = union.get(key);
      if (!sum) {
        sum = { message: passage.message ?? 0, start: passage.start, end: passage.end, share: 0, place: 0 };
        union.set(key, sum);
      }
      sum.share += passage.share / tokens.length;
      sum.place += 1 / (1 + place) / tokens.length;
      if (passage.layers) {
        sum.layers ??= new Array(passage.layers.length).fill(0);
        passage.layers.forEach((share, layer) => { sum.layers[layer] += share / tokens.length; });
      }
    });
  }
  return [...union.values()].sort((a, b) => b.place - a.place || b.share - a.share);
}
