// The versions of the model, newest first; each can be made the one that serves.
import { call, callWithKey } from './api.js';
import { percent, say, toast } from './say.js';

const list = document.getElementById('models');
const chip = document.getElementById('serving');
let training = null;
let models = null;
let changed = () => {};
let current = null;

/** Calls back when another version serves, and first with the one that does, or undefined where there is none. */
export function onServing(callback) { changed = callback; }

export async function refresh() {
  try {
    models = (await call('models')).models;
  } catch (refusal) {
    toast(refusal.message);
    return;
  }
  show();
  const serving = models.find(model => model.isCurrent)?.version;
  if (serving !== current) {
    current = serving;
    changed(serving);
  }
}

/** The chip in the corner also tells of a training. */
export function tell(job) {
  training = job?.state === 'running' ? Math.round(job.fraction * 100) : null;
  showChip();
}

function showChip() {
  const serving = models?.find(model => model.isCurrent);
  chip.dataset.state = training !== null ? 'training' : serving ? 'serving' : 'none';
  const version = serving ? `Version ${serving.version}` : models ? 'No model yet' : 'Connecting …';
  const more = Object.assign(document.createElement('span'), { className: 'more', textContent: training !== null ? `training ${training} %` : '' });
  chip.replaceChildren(version, ...training !== null ? [more] : []);
}

function show() {
  showChip();
  if (models.length === 0) {
    const empty = document.createElement('li');
    empty.className = 'empty';
    empty.textContent = 'The first version appears here when it has learned.';
    list.replaceChildren(empty);
    return;
  }
  const focused = document.activeElement?.dataset?.version;
  list.replaceChildren(...models.map(row));
  if (focused) list.querySelector(`[data-version="${focused}"]`)?.focus();
}

function row(model) {
  const item = document.createElement('li');
  item.classList.toggle('current', model.isCurrent);
  item.innerHTML = '<span class="number"></span><dl></dl><span class="act"></span>';
  item.querySelector('.number').textContent = `Version ${model.version}`;
  const facts = [
    ['Held-out digits', model.accuracy == null ? 'unknown' : `${percent(model.accuracy)} right`],
    ['Learned', new Date(model.publishedAt).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' })],
    ['Size', `${Math.round(model.bytes / 1024).toLocaleString()} KiB`],
  ];
  for (const [name, value] of facts) {
    const fact = document.createElement('div');
    fact.append(Object.assign(document.createElement('dt'), { textContent: name }), Object.assign(document.createElement('dd'), { textContent: value }));
    item.querySelector('dl').append(fact);
  }
  item.querySelector('.act').append(model.isCurrent ? Object.assign(document.createElement('span'), { className: 'serves', textContent: 'Serving now' }) : button(model));
  return item;
}

function button(model) {
  const use = Object.assign(document.createElement('button'), { type: 'button', className: 'quiet', textContent: 'Use this version' });
  use.dataset.version = model.version;
  use.setAttribute('aria-label', `Use this version: ${model.version}`);
  use.addEventListener('click', async () => {
    use.disabled = true;
    try {
      if (await callWithKey(`models/${model.version}/activate`, { method: 'POST' })) {
        await refresh();
        say(`Version ${model.version} serves now.`);
      }
    } catch (refusal) {
      toast(refusal.message);
    } finally {
      use.disabled = false;
    }
  });
  return use;
}
