import { explorerPlugin } from '@graphiql/plugin-explorer';
import '@graphiql/plugin-explorer/style.css';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import 'graphiql/style.css';
import { createRoot } from 'react-dom/client';
import { examples } from './examples';
import { examplesPlugin } from './examples-plugin';
import { followTabs, permalink } from './permalink';
import './playground.css';

const bundled = examples();
const plugins = [examplesPlugin(bundled), explorerPlugin()];
const { query, variables } = permalink();
const narrow = matchMedia('(max-width: 640px)').matches;

createRoot(document.getElementById('playground')!).render(
  <GraphiQL
    fetcher={createGraphiQLFetcher({ url: '/graphql' })}
    plugins={plugins}
    visiblePlugin={narrow ? undefined : plugins[0]}
    query={query}
    variables={variables}
    defaultTabs={query === undefined ? [{ query: bundled[0].query }] : undefined}
    defaultQuery=""
    onTabChange={followTabs}
  >
    <GraphiQL.Logo>
      <a className="home" href="/">
        companygraph
      </a>
    </GraphiQL.Logo>
  </GraphiQL>,
);
