// Prints what happened to a firm, newest first, and who says so.
import type { FirmEventsQuery } from "./__generated__/graphql.js";
import { graphql, read, type FragmentType } from "./__generated__/index.js";
import { ask, GraphError } from "./graph.js";

const EventLine = graphql(`
  fragment EventLine on Event {
    title
    status
    date { edtf }
    claims(first: 1) { nodes { attributedTo { name } source { title } } }
  }
`);

const FirmEvents = graphql(`
  query FirmEvents($id: ID!, $after: String) {
    firm(id: $id) {
      name
      events(first: 3, after: $after, orderBy: [{ field: DATE, direction: DESC }]) {
        totalCount
        nodes { ...EventLine }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`);

function line(masked: FragmentType<typeof EventLine>): string {
  const event = read(EventLine, masked);
  const claim = event.claims.nodes[0];
  const speaker = claim?.attributedTo?.name ?? claim?.source.title ?? "nobody";
  return `${event.date?.edtf ?? "undated"}  ${event.status}  ${event.title} (${speaker})`;
}

/** Yields the firm with each page of its events in turn. */
async function* pages(id: string): AsyncGenerator<NonNullable<FirmEventsQuery["firm"]>> {
  let after: string | null = null;
  do {
    const answer: FirmEventsQuery = await ask(FirmEvents, { id, after });
    if (!answer.firm) {
      throw new Error(`there is no firm with the id ${id}`);
    }
    yield answer.firm;
    const info = answer.firm.events.pageInfo;
    after = info.hasNextPage ? info.endCursor : null;
  } while (after !== null);
}

async function print(id: string): Promise<void> {
  let titled = false;
  for await (const firm of pages(id)) {
    if (!titled) {
      console.log(`${firm.name}: ${firm.events.totalCount} events`);
      titled = true;
    }
    firm.events.nodes.forEach((event) => console.log(line(event)));
  }
}

try {
  await print(process.argv[2] ?? "kaspersky-lab");
} catch (error) {
  console.error(error instanceof GraphError ? `${error.code}: ${error.message}` : String(error));
  process.exitCode = 1;
}
