// What was drawn: strokes of points whose x and y run from 0 to 1 over the pad.
export const penWidth = 0.075;

/** Draws strokes as smooth lines into a square of the given size. */
export function paint(context, strokes, size, colour) {
  context.strokeStyle = context.fillStyle = colour;
  context.lineWidth = penWidth * size;
  context.lineCap = context.lineJoin = 'round';
  for (const stroke of strokes) {
    context.beginPath();
    if (stroke.length === 1) {
      context.arc(stroke[0].x * size, stroke[0].y * size, penWidth * size / 2, 0, 2 * Math.PI);
      context.fill();
      continue;
    }
    context.moveTo(stroke[0].x * size, stroke[0].y * size);
    // Through the middles between points, so that a quick hand draws no corners.
    for (let i = 1; i < stroke.length - 1; i++) {
      const [a, b] = [stroke[i], stroke[i + 1]];
      context.quadraticCurveTo(a.x * size, a.y * size, (a.x + b.x) / 2 * size, (a.y + b.y) / 2 * size);
    }
    const end = stroke.at(-1);
    context.lineTo(end.x * size, end.y * size);
    context.stroke();
  }
}

const sheet = Object.assign(document.createElement('canvas'), { width: 160, height: 160 });

/** The strokes as a PNG picture, dark on white whatever the colours of the page. */
export function picture(strokes) {
  const context = sheet.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, sheet.width, sheet.height);
  paint(context, strokes, sheet.width, '#000');
  return new Promise(resolve => sheet.toBlob(resolve, 'image/png'));
}
