// A saved answer: builds its page from the data that it carries.

import { AnswerView } from './answer-view.js';
import { Lens } from './lens.js';
import { Words } from './words.js';

function open(saved) {
  const make = (name, parent, attributes = {}, text = '') => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text) element.textContent = text;
    parent.append(element);
    return element;
  };
  const main = make('main', document.body);
  const left = make('section', main, { class: 'document', 'aria-label': 'Document' });
  make('h2', left, {}, saved.name);
  const strip = make('div', left, { class: 'strip', role: 'slider', tabindex: '0', 'aria-label': 'Pages of the document', 'aria-valuemin': '1' });
  const caption = make('div', left, { class: 'caption', role: 'status' });
  const text = make('div', left, { class: 'text', tabindex: '0', role: 'region', 'aria-label': 'Text of the document' });

  const right = make('section', main, { class: 'answer', 'aria-label': 'Answer' });
  make('h1', right, {}, saved.question);
  const { attention, budget } = saved.settings;
  const asked = attention === 'dense' ? 'dense attention' : `Quest with a budget of ${budget} tokens`;
  make('p', right, { class: 'note' }, `${saved.model}, ${asked}, ${saved.date} UTC`);
  const host = make('div', right);
  const list = make('dl', right, { class: 'figures' });
  for (const [value, name, explanation] of saved.figures) {
    const pair = make('div', list, { title: explanation });
    make('dt', pair, {}, name);
    make('dd', pair, {}, value);
  }
  make('p', right, { class: 'note' }, 'Point at a word of the answer, tap it, or walk through the words with the arrow keys: what it was read from lights up in the document.');

  const words = new Words();
  for (const token of saved.evidence.tokens) words.add(token);
  const lens = new Lens({ text, strip, caption });
  lens.open(saved.text);
  const answer = new AnswerView(host, words, `Answer to: ${saved.question}. The arrow keys walk through its words; each shows where it was read from.`);
  answer.onlook = (word) => lens.look(word, saved.evidence);
  answer.update(0);
  lens.rest(saved.evidence);
}

open(JSON.parse(document.getElementById('saved').textContent));
