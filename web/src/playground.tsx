import { DOC_EXPLORER_PLUGIN, DocExplorerContextProvider } from '@graphiql/plugin-doc-explorer';
import { HISTORY_PLUGIN, HistoryContextProvider } from '@graphiql/plugin-history';
import { GraphiQLProvider, useEditorContext, usePluginStore } from '@graphiql/react';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL, GraphiQLInterface } from 'graphiql';
import 'graphiql/style.css';
import { type ReactNode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { examples } from './examples';
import { examplesPlugin } from './examples-plugin';
import { explorerPane } from './explorer-pane';
import { followTabs, permalink } from './permalink';
import './playground.css';

const fetcher = createGraphiQLFetcher({ url: '/graphql' });
const bundled = examples();
const plugins = [examplesPlugin(bundled), DOC_EXPLORER_PLUGIN, HISTORY_PLUGIN, explorerPane()];
// On a narrow screen the pane would leave no room for the query.
const firstPane = matchMedia('(max-width: 640px)').matches ? undefined : plugins[0];
const { query, variables } = permalink();

/** Waits until the provider has opened the first pane: the interface shows only one that is open from the start. */
function WhenPaneIsOpen({ children }: { children: ReactNode }) {
  const { visiblePlugin } = usePluginStore();
  const [open, setOpen] = useState(!firstPane);
  if (visiblePlugin && !open) setOpen(true);
  return open ? children : null;
}

/** Gives screen readers and the keyboard what GraphiQL leaves out: the editors' names, and a way to scroll them. */
function AccessibleEditors() {
  const { queryEditor, variableEditor, responseEditor } = useEditorContext({ nonNull: true });
  useEffect(() => {
    const names = { Query: queryEditor, Variables: variableEditor, Answer: responseEditor };
    for (const [name, editor] of Object.entries(names)) {
      editor?.setOption('screenReaderLabel', name);
      if (editor) editor.getScrollerElement().tabIndex = 0;
    }
  }, [queryEditor, variableEditor, responseEditor]);
  return null;
}

/** What `GraphiQL` puts together itself, but for the first pane. */
function Playground() {
  return (
    <GraphiQLProvider
      fetcher={fetcher}
      plugins={plugins}
      visiblePlugin={firstPane}
      referencePlugin={DOC_EXPLORER_PLUGIN}
      query={query}
      variables={variables}
      defaultTabs={query === undefined ? [{ query: bundled[0].query }] : undefined}
      defaultQuery=""
      onTabChange={followTabs}
    >
      <HistoryContextProvider>
        <DocExplorerContextProvider>
          <AccessibleEditors />
          <WhenPaneIsOpen>
            <GraphiQLInterface showPersistHeadersSettings={false} isHeadersEditorEnabled={false}>
              <GraphiQL.Logo>
                <a className="home" href="/">
                  companygraph
                </a>
              </GraphiQL.Logo>
            </GraphiQLInterface>
          </WhenPaneIsOpen>
        </DocExplorerContextProvider>
      </HistoryContextProvider>
    </GraphiQLProvider>
  );
}

createRoot(document.getElementById('playground')!).render(<Playground />);
