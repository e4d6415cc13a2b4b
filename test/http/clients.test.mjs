// Clients that people use, each in its ordinary set-up.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { Client, cacheExchange, fetchExchange } from "@urql/core";
import { persistedExchange } from "@urql/exchange-persisted";
import { buildClientSchema, getIntrospectionQuery, printSchema } from "graphql";
import { ClientError, GraphQLClient } from "graphql-request";

const url = process.env.GRAPHQL_URL;
const sha256 = (text) => createHash("sha256").update(text).digest("hex");

const FIRM = gql`
  query Firm($id: ID!) {
    firm(id: $id) {
      __typename
      id
      name
      bans(first: 2) { nodes { id title claims(first: 2) { nodes { id stance } } } }
    }
  }
`;
const UNKNOWN = gql`query Unknown { nothing }`;
const firm = { id: "kaspersky-lab" };

// requests passes fetch on and keeps what went over the line.
function requests() {
  const seen = [];
  const recording = async (input, init) => {
    const response = await fetch(input, init);
    seen.push({ method: init.method, url: String(input), body: init.body ?? "", status: response.status });
    return response;
  };
  return { seen, recording };
}

test("Apollo Client", async () => {
  const client = new ApolloClient({ link: new HttpLink({ uri: url }), cache: new InMemoryCache() });
  const { data } = await client.query({ query: FIRM, variables: firm });
  assert.equal(data.firm.name, "Kaspersky Lab");
  assert.ok(data.firm.bans.nodes[0].claims.nodes[0].stance);
  assert.equal(client.readFragment({ id: "Company:kaspersky-lab", fragment: gql`fragment N on Company { name }` }).name, "Kaspersky Lab");
  await assert.rejects(client.query({ query: UNKNOWN }), (error) =>
    CombinedGraphQLErrors.is(error) && error.errors[0].extensions.code === "GRAPHQL_VALIDATION_FAILED");
});

for (const useGETForHashedQueries of [false, true]) {
  test(`Apollo Client with persisted queries, by ${useGETForHashedQueries ? "GET" : "POST"}`, async () => {
    const { seen, recording } = requests();
    // A document of its own, which no other test has registered.
    const query = gql(`query ByHash${useGETForHashedQueries}($id: ID!) { firm(id: $id) { id name } }`);
    const link = new PersistedQueryLink({ sha256, useGETForHashedQueries }).concat(new HttpLink({ uri: url, fetch: recording }));
    const ask = async () => {
      const client = new ApolloClient({ link, cache: new InMemoryCache() });
      const { data } = await client.query({ query, variables: firm });
      assert.equal(data.firm.name, "Kaspersky Lab");
    };
    await ask(); // the hash alone, which is not known, then the text with it
    await ask(); // the hash alone
    const first = useGETForHashedQueries ? "GET" : "POST";
    assert.deepEqual(seen.map((r) => r.method), [first, "POST", first]);
    assert.deepEqual(seen.map((r) => r.url.includes("query=") || r.body.includes('"query"')), [false, true, false]);
  });
}

test("urql", async () => {
  const client = new Client({ url, exchanges: [cacheExchange, fetchExchange], preferGetMethod: false });
  const { data, error } = await client.query(FIRM, firm).toPromise();
  assert.equal(error, undefined);
  assert.equal(data.firm.bans.nodes.length, 1);
  const refused = await client.query(UNKNOWN, {}).toPromise();
  assert.equal(refused.error.graphQLErrors[0].extensions.code, "GRAPHQL_VALIDATION_FAILED");
});

test("urql with persisted queries", async () => {
  const { seen, recording } = requests();
  const client = new Client({
    url, fetch: recording, preferGetMethod: "force",
    exchanges: [persistedExchange({ preferGetForPersistedQueries: true, generateHash: async (text) => sha256(text) }), fetchExchange],
  });
  for (const name of ["first", "second"]) {
    const { data, error } = await client.query(gql`query UrqlByHash($id: ID!) { firm(id: $id) { name } }`, firm).toPromise();
    assert.equal(error, undefined, name);
    assert.equal(data.firm.name, "Kaspersky Lab");
  }
  assert.equal(seen.length, 3);
  assert.equal(seen.filter((r) => r.method === "GET" && !r.url.includes("query=")).length, 2);
});

test("graphql-request", async () => {
  for (const method of ["POST", "GET"]) {
    const client = new GraphQLClient(url, { method });
    const data = await client.request(FIRM, firm);
    assert.equal(data.firm.name, "Kaspersky Lab");
    await assert.rejects(client.request(UNKNOWN), (error) =>
      error instanceof ClientError && error.response.errors[0].extensions.code === "GRAPHQL_VALIDATION_FAILED");
  }
});

test("the whole schema can be introspected", async () => {
  for (const options of [{}, { specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true, inputValueDeprecation: true, oneOf: true }]) {
    const data = await new GraphQLClient(url).request(getIntrospectionQuery(options));
    assert.match(printSchema(buildClientSchema(data)), /type Ban implements/);
  }
});
