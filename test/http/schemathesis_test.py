"""Random operations against every root field, each valid against the schema."""

import os

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case
from schemathesis.core.failures import FailureGroup
from schemathesis.graphql.checks import GraphQLClientError

EXAMPLES = 60

# A refusal of an argument that GraphQL's types cannot rule out (first together
# with last, a cursor that is none, a query over a limit) is the right answer.
REFUSALS = {"BAD_USER_INPUT", "LIMIT_EXCEEDED"}

schema = schemathesis.graphql.from_url(os.environ["GRAPHQL_URL"])


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
          phases=[Phase.generate], suppress_health_check=list(HealthCheck))
def test_root_field(case: Case) -> None:
    response = case.call()
    try:
        case.validate_response(response)
    except FailureGroup as group:
        if not all(isinstance(e, GraphQLClientError) for e in group.exceptions) or not refused(response):
            raise


def refused(response: schemathesis.Response) -> bool:
    answer = response.json()
    return "data" not in answer and all(e["extensions"]["code"] in REFUSALS for e in answer["errors"])
