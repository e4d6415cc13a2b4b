import type { TabsState } from '@graphiql/react';

/** What the page's address asks for: `?query=` and `&variables=`. */
export function permalink(): { query?: string; variables?: string } {
  const asked = new URLSearchParams(location.search);
  const query = asked.get('query') ?? undefined;
  // Without variables of its own a query must not get those of the last visit.
  return query === undefined ? {} : { query, variables: asked.get('variables') ?? '' };
}

/** Keeps the page's address that of the query which is shown. */
export function followTabs({ tabs, activeTabIndex }: TabsState) {
  const { query, variables } = tabs[activeTabIndex];
  const asked = new URLSearchParams();
  if (query) asked.set('query', query);
  if (query && variables) asked.set('variables', variables);
  history.replaceState(null, '', asked.size > 0 ? `?${asked}` : location.pathname);
}
