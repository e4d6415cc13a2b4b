import { explorerPlugin } from '@graphiql/plugin-explorer';
import '@graphiql/plugin-explorer/style.css';
import type { GraphiQLPlugin } from '@graphiql/react';
import { useEffect, useRef } from 'react';

/** The pane that builds queries from fields, with names for its inputs, which the package leaves out. */
export function explorerPane(): GraphiQLPlugin {
  const plugin = explorerPlugin();
  const Explorer = plugin.content;
  return {
    ...plugin,
    content: function NamedInputs() {
      const pane = useRef<HTMLDivElement>(null);
      useEffect(() => {
        const changes = new MutationObserver(() => nameInputs(pane.current!));
        changes.observe(pane.current!, { childList: true, subtree: true });
        nameInputs(pane.current!);
        return () => changes.disconnect();
      }, []);
      return (
        <div ref={pane} className="contents">
          <Explorer />
        </div>
      );
    },
  };
}

function nameInputs(pane: HTMLElement) {
  for (const input of pane.querySelectorAll('input, select')) {
    const argument = input.closest<HTMLElement>('[data-arg-name]')?.dataset.argName;
    input.setAttribute('aria-label', argument ?? input.previousElementSibling?.textContent?.trim() ?? 'Name of the operation');
  }
}
