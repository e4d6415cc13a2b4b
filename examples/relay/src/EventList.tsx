import { graphql, usePaginationFragment } from "react-relay";
import type { EventList_firm$key } from "./__generated__/EventList_firm.graphql";
import type { EventListQuery } from "./__generated__/EventListQuery.graphql";

/** The events of a firm, newest first, and a button for more. */
export function EventList({ firm }: { firm: EventList_firm$key }) {
  const { data, hasNext, loadNext } = usePaginationFragment<EventListQuery, EventList_firm$key>(
    graphql`
      fragment EventList_firm on Firm
      @refetchable(queryName: "EventListQuery")
      @argumentDefinitions(count: { type: "Int", defaultValue: 3 }, cursor: { type: "String" }) {
        events(first: $count, after: $cursor, orderBy: [{ field: DATE, direction: DESC }])
          @connection(key: "EventList_events") {
          edges {
            node {
              id
              title
              status
              date { edtf }
            }
          }
        }
      }
    `,
    firm,
  );
  return (
    <>
      <ul>
        {data.events.edges.map(({ node }) => (
          <li key={node.id}>
            {node.date?.edtf ?? "undated"} {node.status} {node.title}
          </li>
        ))}
      </ul>
      {hasNext && <button onClick={() => loadNext(3)}>More</button>}
    </>
  );
}
