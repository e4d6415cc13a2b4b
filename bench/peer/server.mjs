// Serves @neo4j/graphql by graphql-yoga on a free port of this machine, and
// prints the address. The environment says where Neo4j is (NEO4J_URI,
// NEO4J_USER, NEO4J_PASSWORD), which types to serve (TYPES, a file), which major
// version of the driver to use (DRIVER, 5 or 6; only 6 sets TCP_NODELAY) and how
// many processes (PROCESSES).
import cluster from "node:cluster";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

import { Neo4jGraphQL } from "@neo4j/graphql";
import { createYoga } from "graphql-yoga";

const { NEO4J_URI, NEO4J_USER, NEO4J_PASSWORD, TYPES = "types.graphql", DRIVER = "6", PROCESSES = "1" } = process.env;

async function serve() {
  const { default: neo4j } = await import(DRIVER === "5" ? "neo4j-driver-5" : "neo4j-driver");
  const driver = neo4j.driver(NEO4J_URI, neo4j.auth.basic(NEO4J_USER, NEO4J_PASSWORD));
  const typeDefs = readFileSync(new URL(TYPES, import.meta.url), "utf8");
  const schema = await new Neo4jGraphQL({ typeDefs, driver }).getSchema();
  const yoga = createYoga({ schema, logging: "error", graphiql: false, landingPage: false });
  const server = createServer(yoga);
  server.listen(0, "127.0.0.1", () => announce(server.address().port));
}

function announce(port) {
  if (cluster.isPrimary) {
    console.log(`http://127.0.0.1:${port}/graphql`);
  } else {
    process.send(port);
  }
}

process.on("SIGINT", () => process.exit(0));
if (cluster.isPrimary && PROCESSES !== "1") {
  const ready = Array.from({ length: Number(PROCESSES) }, () => {
    const worker = cluster.fork();
    worker.on("exit", (code) => process.exit(code ?? 1));
    return new Promise((resolve) => worker.once("message", resolve));
  });
  announce((await Promise.all(ready))[0]);
} else {
  await serve();
}
