// The drawing pad: mouse, finger and pen, and a pen that the keyboard moves over a grid.
import { paint } from './strokes.js';
import { say } from './say.js';

const steps = 20;
const moves = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
  Home: [-1, -1], PageUp: [1, -1], End: [-1, 1], PageDown: [1, 1],
};

const pad = document.getElementById('pad');
const paper = document.getElementById('paper');
const invite = document.getElementById('invite');
const undo = document.getElementById('undo');
const clear = document.getElementById('clear');
const context = paper.getContext('2d');

const strokes = [];
const open = new Map();
let changed = () => {};
const cursor = { x: steps / 2, y: steps / 2, shown: false, stroke: null };

/** Calls back with all strokes after each change. */
export function onDrawing(callback) { changed = callback; }

function redraw() {
  const style = getComputedStyle(pad);
  pad.classList.toggle('keys', cursor.shown);
  context.clearRect(0, 0, paper.width, paper.height);
  paint(context, strokes, paper.width, style.getPropertyValue('--ink'));
  if (cursor.shown) {
    const unit = paper.width / steps;
    context.lineWidth = unit / 7;
    context.strokeStyle = style.getPropertyValue(cursor.stroke ? '--orange' : '--blue');
    context.beginPath();
    context.arc(cursor.x * unit, cursor.y * unit, unit * 0.62, 0, 2 * Math.PI);
    context.moveTo((cursor.x - 1) * unit, cursor.y * unit); context.lineTo((cursor.x + 1) * unit, cursor.y * unit);
    context.moveTo(cursor.x * unit, (cursor.y - 1) * unit); context.lineTo(cursor.x * unit, (cursor.y + 1) * unit);
    context.stroke();
  }
}

function change() {
  invite.hidden = strokes.length > 0 || cursor.shown;
  undo.disabled = clear.disabled = strokes.length === 0;
  redraw();
  changed(strokes);
}

function point(event) {
  const box = pad.getBoundingClientRect();
  const within = value => Math.min(1, Math.max(0, value));
  return { x: within((event.clientX - box.left) / box.width), y: within((event.clientY - box.top) / box.height) };
}

function add(stroke, event) {
  const next = point(event);
  const last = stroke.at(-1);
  if (Math.hypot(next.x - last.x, next.y - last.y) > 0.004) stroke.push(next);
}

pad.addEventListener('pointerdown', event => {
  if (event.button !== 0 || event.target.closest('button')) return;
  event.preventDefault();
  pad.focus({ preventScroll: true });
  liftPen();
  cursor.shown = false;
  pad.setPointerCapture(event.pointerId);
  const stroke = [point(event)];
  open.set(event.pointerId, stroke);
  strokes.push(stroke);
  change();
});
pad.addEventListener('pointermove', event => {
  const stroke = open.get(event.pointerId);
  if (!stroke) return;
  const parts = event.getCoalescedEvents?.() ?? [];
  for (const part of parts.length ? parts : [event]) add(stroke, part);
  change();
});
for (const end of ['pointerup', 'pointercancel']) {
  pad.addEventListener(end, event => { open.delete(event.pointerId); });
}

function liftPen() { cursor.stroke = null; }

function remove(count) {
  if (strokes.length === 0) return;
  strokes.splice(-count, count);
  open.clear();
  liftPen();
  change();
  say(strokes.length === 0 ? 'The pad is empty.' : 'Last stroke taken back.');
}

undo.addEventListener('click', () => remove(1));
clear.addEventListener('click', () => { remove(strokes.length); pad.focus({ preventScroll: true }); });

const place = () => `column ${cursor.x}, row ${cursor.y}`;
const here = () => ({ x: cursor.x / steps, y: cursor.y / steps });

pad.addEventListener('keydown', event => {
  const move = moves[event.key];
  if (event.ctrlKey || event.metaKey || event.altKey) {
    if (event.key === 'z' && !event.altKey) { event.preventDefault(); remove(1); }
    return;
  }
  if (move) {
    const far = event.shiftKey ? 4 : 1;
    const within = value => Math.min(steps - 1, Math.max(1, value));
    cursor.x = within(cursor.x + move[0] * far);
    cursor.y = within(cursor.y + move[1] * far);
    cursor.shown = true;
    cursor.stroke?.push(here());
    say(place());
  } else if (event.key === ' ' || event.key === 'Enter') {
    cursor.shown = true;
    if (cursor.stroke) {
      liftPen();
      say(`Pen up at ${place()}.`);
    } else {
      cursor.stroke = [here()];
      strokes.push(cursor.stroke);
      say(`Pen down at ${place()}.`);
    }
  } else if (event.key === 'Backspace') {
    remove(1);
  } else if (event.key === 'Delete' || event.key === 'Escape') {
    remove(strokes.length);
  } else {
    return;
  }
  event.preventDefault();
  change();
});
pad.addEventListener('focus', () => { if (pad.matches(':focus-visible') && open.size === 0) { cursor.shown = true; change(); } });
pad.addEventListener('blur', () => { liftPen(); cursor.shown = false; change(); });

function fit() {
  const size = Math.round(pad.clientWidth * Math.min(3, devicePixelRatio || 1));
  if (size > 0 && paper.width !== size) {
    paper.width = paper.height = size;
    redraw();
  }
}

new ResizeObserver(fit).observe(pad);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
fit();
