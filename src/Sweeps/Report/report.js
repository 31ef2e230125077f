(() => {
  'use strict';
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const tip = document.getElementById('tip');
  const said = document.getElementById('said');
  let pinned = null;

  // A trial is marked in all charts and in the table: the one under the pointer or the focus, else the pinned one.
  const mark = trial => {
    all('.on').forEach(element => element.classList.remove('on'));
    document.body.classList.toggle('marking', trial !== null);
    if (trial !== null) {
      all(`[data-trial="${trial}"]`).forEach(element => element.classList.add('on'));
    }
  };
  const pin = trial => {
    pinned = trial;
    all('.mark').forEach(button => button.setAttribute('aria-pressed', String(button.dataset.trial === trial)));
    said.textContent = trial === null ? 'No trial is marked.' : `Trial ${trial} is marked.`;
    mark(trial);
  };
  const show = (item, x, y) => {
    tip.textContent = item.getAttribute('aria-label');
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(6, Math.min(x + 14, innerWidth - box.width - 6))}px`;
    tip.style.top = `${y + 18 + box.height > innerHeight ? Math.max(6, y - box.height - 14) : y + 18}px`;
  };
  const leave = () => {
    tip.hidden = true;
    mark(pinned);
  };

  for (const item of all('.trial')) {
    // A wide line that is not seen: the mouse need not meet the thin one.
    const hit = item.firstElementChild.cloneNode();
    hit.classList.add('hit');
    item.append(hit);
    item.addEventListener('pointermove', event => { show(item, event.clientX, event.clientY); });
    item.addEventListener('pointerenter', () => { mark(item.dataset.trial); });
    item.addEventListener('pointerleave', leave);
    item.addEventListener('focus', () => {
      const box = item.getBoundingClientRect();
      mark(item.dataset.trial);
      show(item, box.left + box.width / 2, Math.min(box.top + box.height / 2, innerHeight - 40));
    });
    item.addEventListener('blur', leave);
  }

  for (const row of all('#leaderboard tbody tr')) {
    row.addEventListener('pointerenter', () => mark(row.dataset.trial));
    row.addEventListener('pointerleave', () => mark(pinned));
  }

  // One stop of the Tab key for each chart and table; arrow keys go on from there.
  const rank = item => Number(item.dataset.rank || 0);
  for (const group of all('[data-roving]')) {
    const items = () => all('[data-item]', group).sort((a, b) => rank(a) - rank(b));
    const choose = item => {
      all('[data-item]', group).forEach(other => { other.tabIndex = other === item ? 0 : -1; });
      item.focus();
    };
    if (!items().some(item => item.tabIndex === 0) && items().length > 0) {
      items()[0].tabIndex = 0;
    }

    group.addEventListener('keydown', event => {
      const list = items();
      const at = list.indexOf(event.target);
      if (at < 0) {
        return;
      }

      const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: list.length - 1 }[event.key];
      if (to !== undefined) {
        event.preventDefault();
        choose(list[Math.max(0, Math.min(to, list.length - 1))]);
      } else if ((event.key === 'Enter' || event.key === ' ') && event.target.classList.contains('trial')) {
        event.preventDefault();
        event.target.dispatchEvent(new MouseEvent('click', { bubbles: true }));
      }
    });
    group.addEventListener('click', event => {
      const item = event.target.closest('[data-item]');
      if (item) {
        choose(item);
        pin(pinned === item.dataset.trial ? null : item.dataset.trial);
      }
    });
  }

  document.addEventListener('keydown', event => {
    if (event.key === 'Escape') {
      tip.hidden = true;
      pin(null);
    }
  });

  // Sorting; what has no value stays behind.
  const table = document.getElementById('leaderboard');
  for (const heading of table ? all('thead th[aria-sort]', table) : []) {
    heading.firstElementChild.addEventListener('click', () => {
      const column = [...heading.parentElement.children].indexOf(heading);
      const ascending = heading.getAttribute('aria-sort') !== 'ascending';
      all('th[aria-sort]', heading.parentElement).forEach(other => other.setAttribute('aria-sort', 'none'));
      heading.setAttribute('aria-sort', ascending ? 'ascending' : 'descending');
      const value = row => row.children[column].dataset.v;
      const compare = (a, b) => {
        const [x, y] = [value(a), value(b)];
        if (x === '' || y === '') {
          return (x === '') - (y === '');
        }

        const difference = isNaN(x) || isNaN(y) ? x.localeCompare(y, 'en') : x - y;
        return ascending ? difference : -difference;
      };
      table.tBodies[0].append(...[...table.tBodies[0].rows].sort(compare));
      said.textContent = `Sorted by ${heading.textContent}, ${ascending ? 'ascending' : 'descending'}.`;
    });
  }

  const copy = document.getElementById('copy');
  copy?.addEventListener('click', async () => {
    const code = document.getElementById('code');
    let done = false;
    try {
      await navigator.clipboard.writeText(code.textContent);
      done = true;
    } catch {
      // Without leave to use the clipboard the text is selected, and the older way tried.
      getSelection().selectAllChildren(code);
      done = document.execCommand('copy');
    }

    copy.textContent = done ? 'Copied' : 'Selected: press Ctrl+C';
    said.textContent = copy.textContent;
    setTimeout(() => { copy.textContent = 'Copy'; }, 2500);
  });
})();
