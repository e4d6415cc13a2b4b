/** An example query, as the server put it into the page. */
export interface Example {
  slug: string;
  title: string;
  question: string;
  query: string;
}

/** The examples that the server put into the page, in their order. */
export function examples(): Example[] {
  return JSON.parse(document.getElementById('examples')!.textContent!) as Example[];
}
