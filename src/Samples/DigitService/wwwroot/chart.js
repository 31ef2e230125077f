// A small line chart in SVG: lines and dots over epochs, with axes that grow with them.
const svgName = 'http://www.w3.org/2000/svg';
// Below this width the long hint would touch the edge.
const narrow = 400;
const margin = { left: 46, right: 10, top: 8, bottom: 30 };

function element(name, attributes, text) {
  const node = document.createElementNS(svgName, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

/** Round steps between two numbers: about so many. */
function ticks(low, high, count) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(x => x * power).find(x => x >= rough * 0.999);
  const all = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) all.push(i * step);
  return all;
}

/**
 * Draws. line and held are lists of [epoch, value]; held ones are dots too.
 * options: epochs, the width of the axis; low and high of the values, or null to take them from the lists; format of a value.
 */
export function drawChart(svg, { line, held, epochs, low, high, format }) {
  const width = svg.clientWidth || 480;
  const height = svg.clientHeight || 220;
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  const values = [...line, ...held].map(([, value]) => value).filter(Number.isFinite);
  const bottom = low ?? 0;
  const top = Math.max(high ?? Math.max(...values, 0.1), bottom + 1e-6);
  const x = epoch => margin.left + epoch / epochs * (width - margin.left - margin.right);
  const y = value => height - margin.bottom - (Math.min(top, Math.max(bottom, value)) - bottom) / (top - bottom) * (height - margin.top - margin.bottom);

  const nodes = [];
  for (const tick of values.length === 0 ? [bottom] : ticks(bottom, top, 4)) {
    nodes.push(element('line', { class: tick === bottom ? 'base' : 'grid', x1: margin.left, x2: width - margin.right, y1: y(tick), y2: y(tick) }));
    nodes.push(element('text', { x: margin.left - 8, y: y(tick) + 4, 'text-anchor': 'end' }, format(tick)));
  }
  for (const tick of ticks(0, epochs, Math.min(epochs, 8)).filter(Number.isInteger)) {
    nodes.push(element('text', { x: x(tick), y: height - margin.bottom + 18, 'text-anchor': 'middle' }, tick));
  }
  if (values.length === 0) {
    nodes.push(element('text', { class: 'empty', x: (margin.left + width) / 2, y: height / 2 - 8, 'text-anchor': 'middle' }, width < narrow ? 'The curve grows here.' : 'The curve grows here while a network learns.'));
  }
  const path = points => points.filter(([, value]) => Number.isFinite(value)).map(([epoch, value], i) => `${i ? 'L' : 'M'}${x(epoch).toFixed(1)} ${y(value).toFixed(1)}`).join('');
  if (line.length > 0) nodes.push(element('path', { class: 'line', d: path(line) }));
  if (held.length > 1) nodes.push(element('path', { class: 'held', d: path(held) }));
  for (const [epoch, value] of held) {
    if (Number.isFinite(value)) nodes.push(element('circle', { cx: x(epoch), cy: y(value), r: 3.6 }));
  }
  svg.replaceChildren(...nodes);
}
