// Stands in for the package react-style-singleton, which GraphiQL's dialogs use
// to stop the page behind them from scrolling: it adds <style> elements, which
// the Content-Security-Policy does not let in. Constructed style sheets it does.
import { useEffect } from 'react';

export function styleSingleton() {
  const sheet = new CSSStyleSheet();
  let users = 0;
  return function Style({ styles }: { styles: string }) {
    useEffect(() => {
      if (users++ === 0) {
        sheet.replaceSync(styles);
        document.adoptedStyleSheets.push(sheet);
      }
      return () => {
        if (--users === 0) {
          document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
        }
      };
    }, [styles]);
    return null;
  };
}
