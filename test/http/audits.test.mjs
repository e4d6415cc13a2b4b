// The audits of GraphQL over HTTP that the graphql-http project publishes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { serverAudits } from "graphql-http";

const audits = serverAudits({ url: process.env.GRAPHQL_URL });

test("there are 61 audits", () => assert.equal(audits.length, 61));

for (const audit of audits) {
  test(`${audit.id} ${audit.name}`, async () => {
    const result = await audit.fn();
    // A result that is a notice or a warning says that a SHOULD or MAY is not met.
    assert.equal(result.status, "ok", result.reason);
  });
}
