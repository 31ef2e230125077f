// Asks the service what is drawn, one question at a time, always about the newest drawing, and shows the answer.
import { call } from './api.js';
import { picture } from './strokes.js';
import { percent, say } from './say.js';

const names = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const digit = document.getElementById('digit');
const sure = document.getElementById('sure');
const second = document.getElementById('second');
const seen = document.getElementById('seen');
const looked = document.getElementById('looked');
const bars = names.map((_, i) => {
  const bar = document.createElement('li');
  bar.innerHTML = '<span class="share"></span><span class="track" aria-hidden="true"><span class="fill"></span></span><span class="name"></span>';
  bar.querySelector('.name').textContent = i;
  document.getElementById('bars').append(bar);
  return bar;
});

let wanted = [];
let asking = false;
let hasModel = null;
let saying;

/** Reads the strokes; newer ones go before those that still wait. */
export function read(strokes) {
  wanted = strokes.map(stroke => [...stroke]);
  if (!asking) ask();
}

/** Tells whether there is a model; what is drawn is read again, as another one may say something else. */
export function useModel(exists) {
  hasModel = exists;
  if (wanted.length > 0 && !asking) ask();
}

async function ask() {
  asking = true;
  let strokes;
  try {
    do {
      strokes = wanted;
      if (strokes.length === 0 || hasModel === false) {
        show(null);
        if (strokes.length > 0) tellNoModel();
        continue;
      }
      const answer = await call('predict?explain=true', { method: 'POST', headers: { 'content-type': 'image/png' }, body: await picture(strokes) });
      if (wanted.length > 0) show(answer.predictions[0]);
    } while (strokes !== wanted);
  } catch (refusal) {
    show(null);
    sure.textContent = 'No answer';
    second.textContent = refusal.message;
  } finally {
    asking = false;
  }
  if (strokes !== wanted) setTimeout(() => { if (!asking) ask(); }, 300);
}

function tellNoModel() {
  sure.textContent = 'Nobody can read it yet';
  second.textContent = 'It is read as soon as the first model has learned.';
}

function show(answer) {
  clearTimeout(saying);
  digit.classList.toggle('none', !answer);
  digit.textContent = answer ? answer.digit : '?';
  bars.forEach((bar, i) => {
    const share = answer?.probabilities[i] ?? 0;
    bar.classList.toggle('best', answer?.digit === i);
    bar.querySelector('.fill').style.transform = `scaleY(${share})`;
    bar.querySelector('.share').textContent = answer ? `${Math.round(share * 100)} %` : '';
  });
  if (!answer) {
    sure.textContent = 'Nothing drawn yet';
    second.textContent = 'Ten probabilities appear while you draw.';
    blank(seen, 'What the network sees: nothing yet');
    blank(looked, 'Where the network looked: nothing yet');
    return;
  }
  const [, next] = answer.probabilities.map((share, i) => ({ share, i })).sort((a, b) => b.share - a.share);
  sure.textContent = answer.probability > 0.9 ? `It is a ${names[answer.digit]}, ${percent(answer.probability)} sure`
    : answer.probability > 0.5 ? `Probably a ${names[answer.digit]}, ${percent(answer.probability)}` : `Perhaps a ${names[answer.digit]}, ${percent(answer.probability)}`;
  second.textContent = next.share < 0.0005 ? 'No other digit comes near.' : `Next comes ${names[next.i]} with ${percent(next.share)}.`;
  saying = setTimeout(() => say(`${sure.textContent}. ${second.textContent}`), 700);
  draw(answer);
}

function blank(canvas, label) {
  canvas.getContext('2d').clearRect(0, 0, canvas.width, canvas.height);
  canvas.setAttribute('aria-label', label);
}

function draw({ image, saliency, digit: shown }) {
  if (!image) return;
  bitmap(seen, image.map(ink => [ink, ink, ink]));
  seen.setAttribute('aria-label', `What the network sees: your ${names[shown]} in 28 by 28 pixels`);
  // Warm where the network looked, over the faint digit.
  bitmap(looked, image.map((ink, i) => {
    const heat = (saliency[i] / 255) ** 1.8;
    return [ink * 0.28 + 255 * Math.min(1, 1.5 * heat), ink * 0.32 + 190 * heat ** 1.6, ink * 0.42 + 60 * heat ** 3];
  }));
  looked.setAttribute('aria-label', `Where the network looked: ${where(saliency)} of the image`);
}

const small = Object.assign(document.createElement('canvas'), { width: 28, height: 28 });

function bitmap(canvas, colours) {
  const target = small.getContext('2d');
  const pixels = target.createImageData(28, 28);
  colours.forEach((colour, i) => pixels.data.set([...colour, 255], 4 * i));
  target.putImageData(pixels, 0, 0);
  const context = canvas.getContext('2d');
  context.imageSmoothingEnabled = canvas.width > 28;
  context.imageSmoothingQuality = 'high';
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
}

/** In which third of the image the network looked most, in words. */
function where(saliency) {
  const thirds = [[0, 0, 0], [0, 0, 0]];
  saliency.forEach((value, i) => {
    thirds[0][Math.floor(Math.floor(i / 28) / 28 * 3)] += value;
    thirds[1][Math.floor(i % 28 / 28 * 3)] += value;
  });
  const most = sums => sums.indexOf(Math.max(...sums));
  const [row, column] = [['top', 'middle', 'bottom'][most(thirds[0])], ['left', 'centre', 'right'][most(thirds[1])]];
  return `most at the ${row} ${column}`;
}

show(null);
