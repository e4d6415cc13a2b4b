"""Can a client in another language read the schema off the server?

Asks the server at GRAPHQL_URL for its introspection with graphql-core and
compares what it builds of it with the published file, definition by definition.
"""

import json
import os
import sys
import urllib.request

from graphql import build_client_schema, build_schema, get_introspection_query, lexicographic_sort_schema, print_type
from graphql.type import is_specified_scalar_type, validate_schema


def introspect(url):
    query = get_introspection_query(specified_by_url=True, directive_is_repeatable=True, schema_description=True)
    request = urllib.request.Request(
        url,
        data=json.dumps({"query": query}).encode(),
        headers={"Content-Type": "application/json", "Accept": "application/graphql-response+json"},
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        answer = json.load(response)
    if "errors" in answer:
        sys.exit(f"introspection is refused: {answer['errors']}")
    return answer["data"]


def definitions(schema):
    """The SDL of each type, in an order that does not depend on where it came from."""
    schema = lexicographic_sort_schema(schema)
    return {
        name: print_type(t)
        for name, t in schema.type_map.items()
        if not name.startswith("__") and not is_specified_scalar_type(t)
    }


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        published = build_schema(file.read())
    problems = [error.message for error in validate_schema(published)]
    want, got = definitions(published), definitions(build_client_schema(introspect(os.environ["GRAPHQL_URL"])))
    for name in sorted(want.keys() | got.keys()):
        if want.get(name) != got.get(name):
            problems.append(f"{name}: the file has\n{want.get(name)}\nand introspection\n{got.get(name)}")
    if problems:
        sys.exit("\n".join(problems))
    print(f"graphql-core reads {len(got)} types by introspection, as they are in {sys.argv[1]}")


main()
