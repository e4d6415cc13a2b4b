import type { CodegenConfig } from "@graphql-codegen/cli";

const config: CodegenConfig = {
  importExtension: ".js",
  // Elsewhere: the file that `go run . schema` printed.
  schema: "../../graph/generated/schema.graphql",
  documents: "src/*.ts",
  generates: {
    "src/__generated__/": {
      preset: "client",
      presetConfig: { fragmentMasking: { unmaskFunctionName: "read" } },
      config: {
        // Queries as text: the program then needs no GraphQL library.
        documentMode: "string",
        enumsAsTypes: true,
        scalars: { Date: "string", DateTime: "string" },
        strictScalars: true,
        useTypeImports: true,
      },
    },
  },
};

export default config;
