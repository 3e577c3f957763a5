// What is asked for beside the question: attention, budget, layers, length.

import { whole } from '../evidence/figures.js';

const LEAST = 128;
const BUDGET = 1024; // at first
const CONTEXT = 8192; // until the server tells its own

/** Budgets from 128 tokens to the context, two steps to the octave. */
export function budgets(context) {
  const steps = [];
  for (let step = LEAST; step < context; step *= 2) {
    steps.push(step);
    if (step * 1.5 < context) steps.push(step * 1.5);
  }
  return [...steps, context];
}

export class Settings {
  #parts;
  #steps = [];

  constructor(parts) {
    this.#parts = parts;
    parts.budget.addEventListener('input', () => this.#show());
    for (const radio of parts.attention) radio.addEventListener('change', () => this.#show());
    this.limits(CONTEXT);
  }

  /** Fits the slider to the server's context; the budget stays as near as it can. */
  limits(context) {
    const budget = this.#steps[this.#parts.budget.value] ?? BUDGET;
    this.#steps = budgets(Math.max(2 * LEAST, context));
    this.#parts.budget.max = this.#steps.length - 1;
    const nearest = this.#steps.findLastIndex((step) => step <= budget);
    this.#parts.budget.value = Math.max(0, nearest);
    this.#show();
  }

  #show() {
    const { budget, value } = this.#parts;
    const tokens = this.#steps[budget.value];
    value.textContent = whole(tokens);
    budget.setAttribute('aria-valuetext', `${whole(tokens)} tokens`);
    budget.disabled = this.#dense;
    budget.closest('label').classList.toggle('off', this.#dense);
  }

  get #dense() {
    return [...this.#parts.attention].find((radio) => radio.checked).value === 'dense';
  }

  /** The settings now: {attention, budget, layers, length}, budget undefined where attention is dense. */
  now() {
    return {
      attention: this.#dense ? 'dense' : 'quest',
      budget: this.#dense ? undefined : this.#steps[this.#parts.budget.value],
      layers: this.#parts.layers.checked,
      length: Number(this.#parts.length.value),
    };
  }
}
