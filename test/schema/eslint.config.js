// graphql-eslint on the published schema: all rules of its configurations
// `schema-recommended` and `schema-relay`. What is set otherwise says why.
import graphql from "@graphql-eslint/eslint-plugin";

const { configs, parser } = graphql;

export default [
  {
    files: ["graph/generated/schema.graphql"],
    languageOptions: {
      parser,
      parserOptions: { graphQLConfig: { schema: "graph/generated/schema.graphql" } },
    },
    plugins: { "@graphql-eslint": graphql },
    rules: {
      ...configs["flat/schema-recommended"].rules,
      ...configs["flat/schema-relay"].rules,

      // Under one name, the enums of the three kinds of relationship would make
      // clients that select them on `Relationship` use aliases.
      "@graphql-eslint/no-typename-prefix": "off", // Influence.influenceKind, Location.locationKind, Supply.supplyKind

      "@graphql-eslint/strict-id-in-types": [
        "error",
        {
          exceptions: {
            // Parts of a page, not nodes.
            suffixes: ["Connection", "Edge", "PageInfo"],
            // Values: they are what they hold, and live in the node that has them.
            types: [
              "Alias", "ClaimTarget", "ContributedValue", "Contribution", "Dataset", "Evidence", "Excerpt", "Identifier", "PartialDate",
              "Participation", "Quantity", "Quotation", "Verification",
              // Findings: they follow from nodes, and no id leads to them again.
              "Bucket", "Contradiction", "Facet", "Highlight", "Hop", "Path", "PathResult", "SearchMatch", "Truncation",
            ],
          },
        },
      ],

      // Connections have `nodes` beside `edges`, and what is short by its
      // nature, such as the targets of a ban, is a plain list. A contradiction is
      // listed in pages, and is no node.
      "@graphql-eslint/relay-edge-types": [
        "error",
        { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false },
      ],

      // A search is read from its best result on, so it has `first` and `after` alone.
      "@graphql-eslint/relay-arguments": ["error", { includeBoth: false }],
    },
  },
];
