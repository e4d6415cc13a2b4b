import { Environment, Network, RecordSource, Store, type FetchFunction, type GraphQLResponse } from "relay-runtime";

const url = process.env["GRAPHQL_URL"] ?? "http://127.0.0.1:8080/graphql";

const ask: FetchFunction = async (operation, variables) => {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/graphql-response+json" },
    body: JSON.stringify({ query: operation.text, variables }),
  });
  return (await response.json()) as GraphQLResponse;
};

export const environment = new Environment({
  network: Network.create(ask),
  store: new Store(new RecordSource()),
});
