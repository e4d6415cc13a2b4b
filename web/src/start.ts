import { element, readable } from './answer';
import { examples } from './examples';
import './start.css';

interface Answer {
  data?: Parameters<typeof readable>[0] | null;
  errors?: { message: string }[];
}

async function ask(query: string): Promise<Answer> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query }),
  }).catch(() => {
    throw new Error('The server does not answer.');
  });
  return response.json().catch(() => {
    throw new Error(`The server answers with status ${response.status}.`);
  }) as Promise<Answer>;
}

/** What to show for a query: its answer, or an error. */
async function answerTo(query: string): Promise<HTMLElement> {
  const { data, errors } = await ask(query);
  if (errors) throw new Error(errors[0].message);
  return (data && readable(data)) ?? element('p', '', 'Nothing in this database answers this question.');
}

/** Lets the button of an example show and hide its answer. */
function enliven(card: HTMLElement, query: string) {
  const button = card.querySelector<HTMLButtonElement>('button')!;
  const place = card.querySelector<HTMLElement>('.answer')!;
  const load = async () => {
    place.setAttribute('aria-busy', 'true');
    place.replaceChildren(element('p', 'loading', 'Loading …'));
    try {
      place.replaceChildren(await answerTo(query));
    } catch (cause) {
      const retry = element('button', '', 'Try again');
      retry.addEventListener('click', () => void load());
      const error = element('p', 'error', (cause as Error).message);
      error.setAttribute('role', 'alert');
      place.replaceChildren(error, retry);
    }
    place.removeAttribute('aria-busy');
  };
  button.addEventListener('click', () => {
    const open = place.hidden;
    place.hidden = !open;
    card.classList.toggle('open', open);
    button.textContent = open ? 'Hide answer' : 'Show answer';
    button.setAttribute('aria-expanded', String(open));
    if (open) void load();
  });
  button.hidden = false;
}

for (const { slug, query } of examples()) {
  enliven(document.getElementById(slug)!, query);
}
