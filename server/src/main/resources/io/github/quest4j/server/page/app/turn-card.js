// A turn on the page.

import { AnswerView } from '../evidence/answer-view.js';
import { showFigures, whole } from '../evidence/figures.js';

const ENDS = { stop: '', length: 'Cut off at the length asked for.', content_filter: 'Withheld by the server.' };

/** The card of a turn. `actions` is {look(piece), again(), save()}. */
export class TurnCard {
  element = document.createElement('article');
  #turn;
  #answer;
  #parts = {};

  constructor(turn, actions) {
    this.#turn = turn;
    const { attention, budget } = turn.settings;
    const asked = attention === 'dense' ? 'Dense' : `Quest, budget ${whole(budget)}`;
    this.element.className = 'turn';
    const head = make('header');
    head.append(make('h3', turn.question), make('p', turn.before ? `${asked}, follow-up` : asked, 'note'));
    const words = make('div');
    this.#answer = new AnswerView(words, turn.words, `Answer to: ${turn.question}. The arrow keys walk through its words; each shows where it was read from.`);
    this.#answer.onlook = actions.look;
    const progress = make('div', '', 'progress');
    const bar = document.createElement('progress');
    bar.setAttribute('aria-label', 'Prompt read');
    progress.append(bar, make('span', '', 'note'));
    const foot = make('footer');
    const tools = make('div', '', 'tools');
    const save = button('Save with evidence', 'Save this answer with its evidence as a web page', actions.save);
    const again = button('Ask again', `Ask again: ${turn.question}`, actions.again);
    tools.append(save, again);
    foot.append(make('dl'), tools);
    const problem = make('p', '', 'problem');
    problem.setAttribute('role', 'alert');
    this.#parts = { words, progress, bar, problem, figures: foot.firstChild, save, again, end: make('p', '', 'note') };
    this.element.append(head, progress, words, this.#parts.end, problem, foot);
    this.update();
  }

  /** Looks away from its words: another answer is looked at. */
  release() {
    this.#answer.release();
  }

  /** Shows what changed: the pieces from `from` on, where it is given. */
  update(from) {
    const turn = this.#turn;
    const { words, progress, bar, problem, figures, save, again, end } = this.#parts;
    if (from !== undefined) this.#answer.update(from);
    this.element.dataset.state = turn.state;
    words.hidden = turn.words.pieces.length === 0;
    progress.hidden = turn.state !== 'waiting' && turn.state !== 'reading';
    if (turn.progress) {
      bar.max = turn.progress.all;
      bar.value = turn.progress.done;
    }
    progress.lastChild.textContent = turn.progress
      ? `Reading: ${whole(turn.progress.done)} of ${whole(turn.progress.all)} tokens`
      : 'Waiting for the server';
    problem.hidden = !turn.error;
    const id = turn.requestId ? ` Request ${turn.requestId}.` : '';
    problem.textContent = turn.error ? turn.error.message + id : '';
    end.textContent = turn.state === 'stopped' ? 'Stopped.' : turn.state === 'done' ? (ENDS[turn.finish] ?? '') : '';
    if (turn.state === 'done' && turn.words.pieces.length === 0) end.textContent = 'The model gave an empty answer.';
    if (turn.untraced) end.textContent = `${end.textContent} This server does not tell where the words were read from.`.trim();
    end.hidden = end.textContent === '';
    save.hidden = turn.running || turn.words.pieces.length === 0;
    again.hidden = turn.state !== 'failed' && turn.state !== 'stopped';
    showFigures(figures, turn);
  }
}

function make(name, text = '', className = '') {
  const element = document.createElement(name);
  if (text) element.textContent = text;
  if (className) element.className = className;
  return element;
}

function button(text, label, action) {
  const element = make('button', text);
  element.type = 'button';
  element.setAttribute('aria-label', label);
  element.addEventListener('click', action);
  return element;
}
