// Calls of the service. Its refusals come as problem details, whose text is for people.
import { askKey, forgetKey, knownKey } from './key.js';

export class Refusal extends Error {
  constructor(status, problem) {
    super(problem?.detail ?? problem?.title ?? `The service answered ${status}.`);
    this.status = status;
    this.problem = problem;
  }
}

export async function call(path, options = {}) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Refusal(0, { detail: 'The service does not answer. Is it still running?' });
  }

  const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '');
  const content = isJson ? await response.json() : null;
  if (!response.ok) throw new Refusal(response.status, content);
  return content;
}

/** A call that changes something: with the key, which is asked for when it is not known or not right. Null when the person has none. */
export async function callWithKey(path, options = {}) {
  let problem = '';
  for (;;) {
    const key = knownKey() ?? await askKey(problem);
    if (key === null) return null;
    try {
      return await call(path, { ...options, headers: { ...options.headers, 'X-Api-Key': key } }) ?? {};
    } catch (refusal) {
      if (refusal.status !== 401) throw refusal;
      forgetKey();
      problem = 'That is not the key of this service.';
    }
  }
}
