// Renders the page of a firm to HTML: what a server does before a browser takes over.
import { renderToStaticMarkup } from "react-dom/server";
import { fetchQuery, RelayEnvironmentProvider } from "react-relay";
import { environment } from "./environment";
import { FirmPage, query } from "./FirmPage";
import type { FirmPageQuery } from "./__generated__/FirmPageQuery.graphql";

async function main(id: string): Promise<void> {
  await fetchQuery<FirmPageQuery>(environment, query, { id }).toPromise();
  console.log(
    renderToStaticMarkup(
      <RelayEnvironmentProvider environment={environment}>
        <FirmPage id={id} />
      </RelayEnvironmentProvider>,
    ),
  );
}

main(process.argv[2] ?? "kaspersky-lab")
  .catch((error: unknown) => {
    console.error(String(error));
    process.exitCode = 1;
  })
  // Relay keeps what it rendered at hand for five minutes, with a timer.
  .finally(() => process.exit());
