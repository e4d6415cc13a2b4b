// Shows the answer to a query as text that people read. It knows the words of
// the schema that stand for more than themselves (dates, spans, quantities);
// everything else is shown under the name it has in the query.

type Value = null | boolean | number | string | Value[] | { [key: string]: Value };
type Fields = { [key: string]: Value };

/** The text of an answer's data, or null if there is nothing in it. */
export function readable(data: Fields): HTMLElement | null {
  // The one root field needs no name: the question above it says what it is.
  const roots = Object.values(data).map(show).filter((node) => node !== null);
  if (roots.length === 0) return null;
  return element('div', 'readable', ...roots);
}

function show(value: Value): HTMLElement | null {
  if (value === null || value === '') return null;
  if (Array.isArray(value)) return showList(value);
  if (typeof value === 'object') return showFields(value);
  return element('span', '', text(value));
}

function text(value: boolean | number | string): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}

function showList(values: Value[]): HTMLElement | null {
  const shown = values.map(show).filter((node) => node !== null);
  if (shown.length === 0) return null;
  if (shown.length === 1) return shown[0];
  return element('ul', '', ...shown.map((node) => element('li', '', node)));
}

/** The fields with words of the schema, which are shown as such. */
const words = ['status', 'phase', 'stance', 'attribution', 'influenceKind', 'precision', '__typename'];

function showFields(fields: Fields): HTMLElement | null {
  const page = fields.nodes ?? fields.edges;
  if (Array.isArray(page)) return showPage(page, fields.totalCount);
  if (typeof fields.role === 'string') {
    const { role: _, entity, ...rest } = fields;
    return table([[fields.role, entity], ...Object.entries(rest)]);
  }
  const [heading, ...said] = headingOf(fields);
  const rows = table(Object.entries(fields).filter(([key]) => !said.includes(key)));
  if (heading === '') return rows;
  const title = element(rows ? 'strong' : 'span', '', heading);
  return rows ? element('div', 'thing', title, rows) : title;
}

function showPage(page: Value[], total: Value | undefined): HTMLElement | null {
  const shown = showList(page);
  if (shown === null || typeof total !== 'number' || total <= page.length) return shown;
  return element('div', '', shown, element('p', 'more', `These are the first ${page.length} of ${total}.`));
}

function table(entries: [string, Value][]): HTMLElement | null {
  const list = element('dl', '');
  for (const [key, value] of entries) {
    const shown = words.includes(key) && typeof value === 'string' ? chip(value) : show(value);
    if (shown !== null) list.append(element('div', '', element('dt', '', label(key)), element('dd', '', shown)));
  }
  return list.childElementCount > 0 ? list : null;
}

/** `reasonGiven` reads "reason given", `__typename` reads "type". */
function label(key: string): string {
  if (key === '__typename') return 'type';
  return key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function chip(word: string): HTMLElement {
  const shown = element('span', 'chip', word === word.toUpperCase() ? word.toLowerCase().replaceAll('_', ' ') : word);
  shown.dataset.word = word;
  return shown;
}

/** What a thing is called or amounts to, "" if that is not known, and the fields that say so. */
function headingOf(fields: Fields): string[] {
  if (typeof fields.edtf === 'string') return [date(fields.edtf), 'edtf'];
  if (typeof fields.latest === 'string') return [`by ${fields.latest}`, 'latest'];
  if (typeof fields.start === 'number') return [`characters ${fields.start} to ${fields.end}`, 'start', 'end'];
  if (typeof fields.amount === 'number') {
    const parts = [fields.approximate === true ? 'about' : '', fields.amount, fields.unit].filter((part) => part);
    return [parts.join(' '), 'approximate', 'amount', 'unit'];
  }
  for (const key of ['title', 'name']) {
    const called = fields[key];
    if (typeof called === 'string') return [called, key];
  }
  return [''];
}

/** The commonest dates in words; the others as they are. */
function date(edtf: string): string {
  return edtf.replace(/^\[\.\.(.+)\]$/, 'by $1').replace(/^(.+)\/\.\.$/, 'since $1');
}

/** Makes an element. Text gets in as text, never as markup. */
export function element(tag: string, className: string, ...children: (Node | string)[]): HTMLElement {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}
