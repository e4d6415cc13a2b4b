import type { TypedDocumentString } from "./__generated__/graphql.js";

const url = process.env["GRAPHQL_URL"] ?? "http://127.0.0.1:8080/graphql";

/** An error of the server. `code` is what a program decides by, `message` is for people. */
export class GraphError extends Error {
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
  }
}

interface Answer<Data> {
  data?: Data | null;
  errors?: { message: string; extensions: { code: string } }[];
}

/** Asks the server; the types of variables and answer are those of the query. */
export async function ask<Data, Variables>(
  query: TypedDocumentString<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/graphql-response+json" },
    body: JSON.stringify({ query: query.toString(), variables }),
  });
  const { data, errors } = (await response.json()) as Answer<Data>;
  const first = errors?.[0];
  if (first) {
    throw new GraphError(first.message, first.extensions.code);
  }
  if (!data) {
    throw new GraphError(`status ${response.status} without data`, "INTERNAL");
  }
  return data;
}
