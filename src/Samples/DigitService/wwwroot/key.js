// The service's key: from the link that the service printed (#key=…), or asked for once. Kept until the tab closes.
const place = 'digit-service-key';
const dialog = document.getElementById('key-dialog');
const input = document.getElementById('key');
const problem = document.getElementById('key-problem');

export const knownKey = () => sessionStorage.getItem(place);
export const forgetKey = () => sessionStorage.removeItem(place);

export function keyFromLink() {
  const key = new URLSearchParams(location.hash.slice(1)).get('key');
  if (key) {
    sessionStorage.setItem(place, key);
    history.replaceState(null, '', location.pathname);
  }
}

export function askKey(text = '') {
  problem.textContent = text;
  input.value = '';
  dialog.returnValue = '';
  dialog.showModal();
  input.focus();
  return new Promise(resolve => dialog.addEventListener('close', () => resolve(dialog.returnValue === 'given' ? knownKey() : null), { once: true }));
}

document.getElementById('key-cancel').addEventListener('click', () => dialog.close());
document.getElementById('key-form').addEventListener('submit', event => {
  event.preventDefault();
  const key = input.value.trim();
  // What a header can carry.
  if (!/^[\x21-\x7e]+$/.test(key)) {
    problem.textContent = key ? 'A key has letters, digits and signs without spaces.' : 'Enter the key that the service printed.';
    return;
  }
  sessionStorage.setItem(place, key);
  dialog.close('given');
});
