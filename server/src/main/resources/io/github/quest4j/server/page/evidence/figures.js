// What an answer cost, in words.

const count = new Intl.NumberFormat('en');

/** Bytes with a unit, three digits. */
export function bytes(value) {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toPrecision(2)} ${units[unit]}`;
}

/** Seconds of some milliseconds. */
export function seconds(milliseconds) {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

/** A whole number with its thousands apart. */
export function whole(value) {
  return count.format(Math.round(value));
}

/**
 * The figures of an answer as [value, name, explanation].
 * `measured` is {first, rate}, in milliseconds and tokens per second; `usage` and `quest` are the server's.
 */
export function figures({ measured = {}, usage, quest }) {
  const list = [];
  const add = (value, name, explanation) => list.push([value, name, explanation]);
  if (measured.rate > 0) add(measured.rate.toFixed(measured.rate < 100 ? 1 : 0), 'tokens/s', 'Tokens of the answer per second, as they arrived here');
  if (measured.first > 0) add(seconds(measured.first), 'to first token', 'From the question to the first piece of the answer');
  if (quest?.pages > 0) {
    const read = quest.pages_selected_mean > 0 ? quest.pages_selected_mean : quest.pages;
    add(`${whole(read)} of ${whole(quest.pages)}`, 'pages read', 'Pages of the cache read for a token, mean, of all');
  }
  if (quest?.kv_bytes_read_per_token > 0) add(bytes(quest.kv_bytes_read_per_token), 'read per token', 'Bytes of keys and values and digests read for a token');
  const cached = usage?.prompt_tokens_details?.cached_tokens;
  if (usage) add(`${whole(cached ?? 0)} of ${whole(usage.prompt_tokens)}`, 'tokens cached', 'Tokens of the prompt that needed not be read again');
  if (quest?.missed_mass) add(`${(100 * quest.missed_mass.mean).toFixed(1)} %`, 'missed', `Attention on pages that were not read, estimated: mean; 95th percentile ${(100 * quest.missed_mass.p95).toFixed(1)} %`);
  return list;
}

/** Shows figures in a description list. */
export function showFigures(list, answer) {
  list.classList.add('figures');
  list.replaceChildren(...figures(answer).map(([value, name, explanation]) => {
    const pair = document.createElement('div');
    const term = document.createElement('dt');
    const data = document.createElement('dd');
    term.textContent = name;
    data.textContent = value;
    pair.title = explanation;
    pair.append(term, data);
    return pair;
  }));
}
