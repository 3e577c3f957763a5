// One answer with its evidence as a page of its own, which needs no server and no network.

import { figures } from '../evidence/figures.js';

const MODULES = ['words', 'document-view', 'marks', 'strip', 'answer-view', 'lens', 'figures', 'saved'];
const STYLES = ['theme.css', 'evidence.css', 'saved.css'];

let sources;

/** Fetches what a saved page is made of, while the server is there. */
export function prepare() {
  sources ??= Promise.all([
    ...MODULES.map((name) => text(`../evidence/${name}.js`)),
    ...STYLES.map((name) => text(`../look/${name}`)),
  ]).catch((error) => {
    sources = undefined;
    throw error;
  });
  return sources;
}

async function text(path) {
  const response = await fetch(new URL(path, import.meta.url));
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.text();
}

/** The saved page of a turn, as HTML. */
export async function page(turn, model) {
  const files = await prepare();
  const scripts = files.slice(0, MODULES.length).map(inline).join('\n');
  const styles = files.slice(MODULES.length).join('\n').replaceAll('</', '<\\/');
  const saved = {
    model,
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    name: turn.document.name,
    text: turn.document.text,
    question: turn.question,
    settings: turn.settings,
    evidence: turn.evidence,
    figures: figures(turn),
  };
  // Within a script element only "<" could end the data early.
  const data = JSON.stringify(saved).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(turn.question)}</title>
<style>
${styles}</style>
</head>
<body>
<script type="application/json" id="saved">${data}</script>
<script type="module">
${scripts}</script>
</body>
</html>
`;
}

/** The modules of a saved page stand in one script, in an order in which each needs only those above it. */
function inline(source) {
  return source.replace(/^import .*;\n/gm, '').replace(/^export /gm, '').replaceAll('</script', '<\\/script');
}

function escape(raw) {
  return raw.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Hands a page to the reader as a file. */
export function save(html, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([html], { type: 'text/html' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
