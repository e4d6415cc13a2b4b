import { type GraphiQLPlugin, useEditorContext, useExecutionContext } from '@graphiql/react';
import { parse, type OperationDefinitionNode } from 'graphql';
import { useEffect, useState } from 'react';
import type { Example } from './examples';

/** A pane that lists the examples. A click opens one in a tab and runs it. */
export function examplesPlugin(examples: Example[]): GraphiQLPlugin {
  return { title: 'Examples', icon: Icon, content: () => <Examples examples={examples} /> };
}

function Icon() {
  return (
    <svg viewBox="0 0 24 24" width="1em" height="1em" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <circle cx="12" cy="12" r="9.5" />
      <path d="M9.2 9.3a2.9 2.9 0 1 1 4.2 2.6c-.9.5-1.4 1-1.4 2.1M12 16.9v.4" strokeLinecap="round" />
    </svg>
  );
}

function Examples({ examples }: { examples: Example[] }) {
  const open = useOpen();
  return (
    <section className="examples" aria-label="Examples">
      <h2 className="examples-title">Examples</h2>
      <ul>
        {examples.map((example) => (
          <li key={example.slug}>
            <button type="button" onClick={() => open(example.query)}>
              <strong>{example.title}</strong>
              <span>{example.question}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Opens a query in its tab, or in a new one, and runs it. */
function useOpen() {
  const { tabs, addTab, changeTab, queryEditor, variableEditor, setOperationName } = useEditorContext({ nonNull: true });
  const { run } = useExecutionContext({ nonNull: true });
  // A tab that was just added gets its text and is run when it is there.
  const [waiting, setWaiting] = useState<string>();
  useEffect(() => {
    if (waiting === undefined || !queryEditor) return;
    setWaiting(undefined);
    queryEditor.setValue(waiting);
    variableEditor?.setValue('');
    // The editor finds this out by itself, but only some time after.
    setOperationName(operationName(waiting));
    run();
  }, [waiting, queryEditor, variableEditor, setOperationName, run]);
  return (query: string) => {
    const open = tabs.findIndex((tab) => tab.query === query);
    if (open < 0) addTab();
    else changeTab(open);
    setWaiting(query);
  };
}

function operationName(query: string): string {
  const operation = parse(query).definitions.find((d): d is OperationDefinitionNode => d.kind === 'OperationDefinition');
  return operation?.name?.value ?? '';
}
