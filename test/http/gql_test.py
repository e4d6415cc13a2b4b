"""Python's gql, which checks operations against the introspected schema."""

import asyncio
import os

import pytest
from gql import Client, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import TransportQueryError
from gql.transport.requests import RequestsHTTPTransport

URL = os.environ["GRAPHQL_URL"]
FIRM = "query ($id: ID!) { firm(id: $id) { name bans { nodes { title claims { nodes { stance } } } } } }"


def test_synchronous() -> None:
    client = Client(transport=RequestsHTTPTransport(url=URL), fetch_schema_from_transport=True)
    query = gql(FIRM)
    query.variable_values = {"id": "kaspersky-lab"}
    answer = client.execute(query)
    assert answer["firm"]["name"] == "Kaspersky Lab"
    assert answer["firm"]["bans"]["nodes"][0]["claims"]["nodes"][0]["stance"] == "ASSERTS"
    assert "Ban" in client.schema.type_map


def test_asynchronous() -> None:
    async def ask() -> dict:
        async with Client(transport=AIOHTTPTransport(url=URL)) as session:
            query = gql(FIRM)
            query.variable_values = {"id": "kaspersky-lab"}
            return await session.execute(query)

    assert asyncio.run(ask())["firm"]["name"] == "Kaspersky Lab"


def test_refusal() -> None:
    client = Client(transport=RequestsHTTPTransport(url=URL))
    with pytest.raises(TransportQueryError) as refused:
        client.execute(gql("{ bans(first: -1) { totalCount } }"))
    assert refused.value.errors[0]["extensions"]["code"] == "BAD_USER_INPUT"
