// The page: a document on one side, questions and answers on the other.

import { Lens } from '../evidence/lens.js';
import { whole } from '../evidence/figures.js';
import { Announcer } from './announcer.js';
import { Api } from './api.js';
import { Connection } from './connection.js';
import { page, prepare, save } from './export.js';
import { Intake } from './intake.js';
import { Settings } from './settings.js';
import { themeSwitch } from './theme.js';
import { TurnCard } from './turn-card.js';
import { Turn } from './turn.js';

const $ = (id) => document.getElementById(id);
const KEY = 'quest4j.key';
const REFRESH = 200; // milliseconds between pictures of a growing answer
const HINT = 'Point at a word of the answer to see where it was read from.';

const api = new Api();
const lens = new Lens({ text: $('text'), strip: $('strip'), caption: $('caption') });
const announcer = new Announcer($('live'));
const settings = new Settings({
  attention: document.querySelectorAll('input[name="attention"]'), budget: $('budget'), value: $('budget-value'), layers: $('layers'), length: $('length'),
});
const connection = new Connection(api, { banner: $('banner'), text: $('banner-text'), retry: $('banner-retry'), state: $('state'), stateText: $('state-text') });
const intake = new Intake({
  paste: $('paste'), open: $('open'), file: $('file'), sample: $('sample'), use: $('use'), drop: $('drop'), problem: $('intake-problem'),
});

let model = { name: 'unknown model' };
let shown; // the document: {text, name, tokens}
let turns = []; // about it: {turn, card}
let looked; // the turn whose evidence is shown
let current; // the turn that runs

// ---- the server

api.key = sessionStorage.getItem(KEY) ?? '';

connection.onup = async () => {
  try {
    model = await api.model();
    $('model').textContent = model.name;
    if (model.context) settings.limits(model.context);
    $('key-form').hidden = true;
    await prepare();
    if (shown && !shown.tokens) await count();
  } catch (error) {
    failed(error);
  }
};

/** What an error asks of the page as a whole. */
function failed(error) {
  if (error.kind === 'key') {
    $('key-form').hidden = false;
    $('key').focus();
  } else if (error.kind === 'gone' || error.kind === 'waiting') connection.lost();
}

$('key-form').addEventListener('submit', (event) => {
  event.preventDefault();
  api.key = $('key').value.trim();
  sessionStorage.setItem(KEY, api.key);
  $('key').value = '';
  connection.onup();
});

// ---- the document

intake.onread = async (text, name) => {
  current?.stop();
  if (shown?.text !== text) {
    turns = [];
    for (const card of document.querySelectorAll('.turn')) card.remove();
    $('hello').hidden = false;
    $('follow-up').checked = false;
    $('follow-up-label').hidden = true;
    looked = undefined;
    shown = { text, name };
    lens.open(text);
    lens.hint('Ask a question about it.');
  }
  reading(true);
  $('document-title').textContent = name;
  await count();
};

function reading(on) {
  $('intake').hidden = on;
  $('reading').hidden = !on;
  $('change').hidden = !on;
  document.body.classList.toggle('has-document', on);
  if (on) toQuestion();
}

/** Goes on with the next question, except where that would raise a keyboard over the page. */
function toQuestion() {
  if (matchMedia('(pointer: fine)').matches) $('question').focus({ preventScroll: true });
}

async function count() {
  const document = shown;
  size();
  try {
    document.tokens = await api.tokens(document.text);
    if (document === shown) size();
  } catch (error) {
    if (error.kind === 'key' || error.kind === 'gone') failed(error);
  }
}

function size() {
  const { text, tokens } = shown;
  const context = model.context ? ` of ${whole(model.context)}` : '';
  const long = model.context && tokens > model.context;
  $('document-size').textContent = tokens ? `${whole(tokens)}${context} tokens${long ? ': too long for this model' : ''}` : `${whole(text.length)} characters`;
  $('document-size').classList.toggle('problem', Boolean(long));
}

$('change').addEventListener('click', () => {
  reading(false);
  $('document-title').textContent = 'Document';
  $('document-size').textContent = '';
  intake.edit(shown.text);
});

// ---- questions

$('composer').addEventListener('submit', (event) => {
  event.preventDefault();
  const question = $('question').value.trim();
  if (current) return;
  if ($('reading').hidden && !intake.take()) {
    $('intake-problem').textContent = 'Give it a document first: paste one, open a file, or take the sample.';
    $('paste').focus();
    return;
  }
  if (question === '') {
    $('question').focus();
    return;
  }
  const before = $('follow-up').checked ? turns.findLast(({ turn }) => turn.state === 'done')?.turn : undefined;
  $('question').value = '';
  ask(new Turn(shown, question, settings.now(), before));
});

$('question').addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  $('composer').requestSubmit();
});

$('stop').addEventListener('click', () => current?.stop());

async function ask(turn) {
  const card = new TurnCard(turn, {
    look: (word) => look(turn, word),
    again: () => current || ask(new Turn(turn.document, turn.question, turn.settings, turn.before)),
    save: () => keep(turn, card),
  });
  turns.push({ turn, card });
  $('hello').hidden = true;
  $('turns').append(card.element);
  card.element.scrollIntoView({ block: 'start' });
  current = turn;
  running(true);
  turnTo(turn);
  lens.rest(turn.evidence);
  announcer.say('Asked.');
  let told = 0;
  let refreshed = 0;
  lens.hint('');
  await turn.ask(api, (from) => {
    card.update(from);
    if (from === undefined) return;
    follow();
    if (turn.evidence.tokens.at(-1)?.passages?.length) lens.hint(HINT);
    const text = turn.words.text;
    announcer.piece(text.slice(told));
    told = text.length;
    if (looked === turn && performance.now() - refreshed > REFRESH) {
      lens.refresh(turn.evidence);
      refreshed = performance.now();
    }
  });
  current = undefined;
  running(false);
  if (turn.state === 'failed') {
    failed(turn.error);
    card.element.scrollIntoView({ block: 'nearest' });
  }
  announcer.end(turn.state === 'done' ? 'End of the answer.' : turn.state === 'stopped' ? 'Stopped.' : '');
  if (turn.document !== shown) return;
  if (turn.state === 'done') $('follow-up-label').hidden = false;
  if (looked === turn) lens.refresh(turn.evidence);
}

/** Keeps the end of a growing answer in sight, unless the reader has scrolled away from it. */
function follow() {
  const list = $('turns');
  const left = list.scrollHeight - list.scrollTop - list.clientHeight;
  if (left > 0 && left < 80) list.scrollTop = list.scrollHeight;
}

function running(on) {
  $('ask').hidden = on;
  $('stop').hidden = !on;
  if (document.activeElement !== document.body) return; // the button that was pressed is gone
  if (on) $('stop').focus();
  else toQuestion();
}

/** Shows what a word was read from; one word of all answers is held at a time. */
function look(turn, word) {
  turnTo(turn);
  if (turn.document === shown) lens.look(word, turn.evidence);
}

function turnTo(turn) {
  if (looked === turn) return;
  for (const other of turns) if (other.turn !== turn) other.card.release();
  looked = turn;
}

async function keep(turn) {
  try {
    save(await page(turn, model.name), 'answer.html');
    announcer.say('Saved.');
  } catch {
    announcer.say('Not saved: the server does not answer.');
    connection.lost();
  }
}

themeSwitch($('theme'));
connection.start();
