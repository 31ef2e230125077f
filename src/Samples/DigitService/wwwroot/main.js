// Puts the parts of the page together: drawing and reading, training and versions, over one stream of events.
import { keyFromLink } from './key.js';
import { onDrawing } from './pad.js';
import { read, useModel } from './reading.js';
import { onTraining, trainingEvents } from './training.js';
import { onServing, refresh, tell } from './versions.js';

keyFromLink();
const first = document.getElementById('first');
let serves = false;

onDrawing(read);
onServing(version => {
  serves = version !== undefined;
  if (serves) first.hidden = true;
  useModel(serves);
});
onTraining(job => {
  tell(job);
  if (serves) return;
  first.hidden = job === null;
  if (job?.state === 'running') first.textContent = `There is no model yet: the first one is learning the embedded digits, ${Math.round(job.fraction * 100)} % done. You can draw already.`;
  else if (job?.state === 'queued') first.textContent = 'There is no model yet: the first one will learn the embedded digits in a moment.';
  else first.textContent = 'There is no model yet. Start a training below.';
});

const events = new EventSource('train/events');
for (const [name, handle] of Object.entries(trainingEvents)) {
  // Without data there is no training yet.
  events.addEventListener(name, event => handle(event.data ? JSON.parse(event.data) : null));
}
events.addEventListener('models', refresh);
// After a break of the connection the stream begins with the whole state again.
events.addEventListener('open', refresh);
