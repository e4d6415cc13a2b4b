import { graphql, useLazyLoadQuery } from "react-relay";
import { EventList } from "./EventList";
import type { FirmPageQuery } from "./__generated__/FirmPageQuery.graphql";

export const query = graphql`
  query FirmPageQuery($id: ID!) {
    firm(id: $id) {
      name
      country
      ...EventList_firm
    }
  }
`;

export function FirmPage({ id }: { id: string }) {
  const { firm } = useLazyLoadQuery<FirmPageQuery>(query, { id }, { fetchPolicy: "store-or-network" });
  if (!firm) {
    return <p>There is no firm with the id {id}.</p>;
  }
  return (
    <main>
      <h1>{firm.name}</h1>
      {firm.country && <p>Country: {firm.country}</p>}
      <EventList firm={firm} />
    </main>
  );
}
