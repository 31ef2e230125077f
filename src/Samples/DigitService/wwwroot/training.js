// Starts and cancels trainings, and shows the one that runs as its events come.
import { call, callWithKey } from './api.js';
import { drawChart } from './chart.js';
import { percent, say, toast } from './say.js';

const start = document.getElementById('start');
const cancel = document.getElementById('cancel');
const epochs = document.getElementById('epochs');
const state = document.getElementById('state');
const bar = document.getElementById('progress');
const eta = document.getElementById('eta');
const lossChart = document.getElementById('loss-chart');
const accuracyChart = document.getElementById('accuracy-chart');

const words = {
  queued: 'Waiting for its turn', running: 'Learning', published: 'Learned and published', rejected: 'Learned, but the old version stays',
  cancelled: 'Cancelled', failed: 'Failed', interrupted: 'Interrupted',
};
let job = null;
let shown = () => {};

/** Calls back with the state of the training after each change, null before the first one. */
export function onTraining(callback) { shown = callback; }

const active = () => job?.state === 'queued' || job?.state === 'running';

function time(seconds) {
  const whole = Math.max(1, Math.round(seconds));
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

function show() {
  start.disabled = active();
  cancel.hidden = !active();
  bar.value = job?.state === 'published' || job?.state === 'rejected' ? 1 : job?.fraction ?? 0;
  state.textContent = !job ? 'No training yet' : job.detail ? `${words[job.state]}: ${job.detail}` : words[job.state];
  eta.textContent = job?.state !== 'running' ? '' : job.secondsLeft == null ? 'Getting ready …'
    : `${Math.round(job.fraction * 100)} %, ${time(job.secondsLeft)} left`;
  draw();
  shown(job);
}

function draw() {
  const records = job?.records ?? [];
  const length = job?.epochs || 8;
  const finite = values => values.filter(([, value]) => value != null);
  drawChart(lossChart, {
    line: job?.curve ?? [], held: finite(records.map(r => [r.epoch, r.heldOutLoss])), epochs: length, low: 0, high: null, format: value => value.toFixed(1),
  });
  drawChart(accuracyChart, {
    line: records.length ? [[0, 0.1], ...records.map(r => [r.epoch, r.accuracy])] : [], held: finite(records.map(r => [r.epoch, r.heldOutAccuracy])), epochs: length, low: 0, high: 1,
    format: value => `${Math.round(value * 100)} %`,
  });
  const last = records.at(-1);
  lossChart.setAttribute('aria-label', last ? `Loss: ${last.loss.toFixed(3)} after epoch ${last.epoch} of ${length}` : 'Loss: no epoch is done yet');
  accuracyChart.setAttribute('aria-label', last
    ? `Accuracy: ${percent(last.accuracy)} while learning${last.heldOutAccuracy == null ? '' : `, ${percent(last.heldOutAccuracy)} of held-out digits`}, after epoch ${last.epoch} of ${length}`
    : 'Accuracy: no epoch is done yet');
}

/** Events of the service: the whole state at the start and at each turn, then what is added to it. */
export const trainingEvents = {
  training(data) {
    const turned = job && data && (job.id !== data.id || job.state !== data.state);
    job = data;
    show();
    if (turned) say(`Training: ${state.textContent}.`);
  },
  progress(data) {
    if (job?.id !== data.id) return;
    Object.assign(job, { fraction: data.fraction, secondsLeft: data.secondsLeft });
    job.curve.push([data.epoch, data.loss]);
    show();
  },
  epoch(data) {
    if (job?.id !== data.id) return;
    job.records.push(data.record);
    show();
    const { epoch, accuracy, heldOutAccuracy } = data.record;
    say(`Epoch ${epoch} of ${job.epochs}: ${percent(heldOutAccuracy ?? accuracy)} right.`);
  },
};

async function attempt(action) {
  try {
    await action();
  } catch (refusal) {
    toast(refusal.message);
  }
}

start.addEventListener('click', () => attempt(async () => {
  const wanted = Number(epochs.value);
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > 100) {
    epochs.focus();
    toast('A training takes from 1 to 100 epochs.');
    return;
  }
  const begun = await callWithKey('train', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ epochs: wanted }) });
  if (begun) say('Training is asked for.');
}));
cancel.addEventListener('click', () => attempt(async () => {
  cancel.disabled = true;
  try {
    await callWithKey('train', { method: 'DELETE' });
    start.focus({ preventScroll: true });
  } finally {
    cancel.disabled = false;
  }
}));

new ResizeObserver(draw).observe(lossChart);
call('train').then(defaults => { if (!epochs.value) epochs.value = defaults.epochs; }).catch(() => { epochs.value ||= 8; });
