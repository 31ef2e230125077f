// Words for people: spoken by a screen reader, or shown for a moment.
const said = document.getElementById('said');
const shown = document.getElementById('toast');
let timer;

export function say(text) {
  // The same words again are a change only from other ones.
  said.textContent = said.textContent === text ? `${text}\u00a0` : text;
}

export function toast(text) {
  shown.textContent = text;
  shown.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => { shown.hidden = true; }, 6000);
}

export const percent = share => share >= 0.9995 ? '100 %' : share < 0.0005 ? '0 %' : `${(share * 100).toFixed(1)} %`;
