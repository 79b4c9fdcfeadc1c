"""Asks an endpoint as the Python client gql does: gql_client.py URL TOKEN."""
import asyncio
import sys

from gql import Client, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.aiohttp_websockets import AIOHTTPWebsocketsTransport
from gql.transport.exceptions import TransportQueryError

url, token = sys.argv[1:]

QUEUE = gql(
    """
    query Queue($first: Int!, $after: String) {
      cases(first: $first, after: $after, order: {field: NUMBER, direction: ASC}) {
        nodes { id number openedAt dueAt phase }
        pageInfo { hasNextPage endCursor }
      }
    }
    """
)


CHANGED = "subscription ($id: ID!) { caseChanged(id: $id) { id number } }"


async def subscribe(case: dict) -> None:
    socket = AIOHTTPWebsocketsTransport(
        url=url.replace("http", "ws", 1), init_payload={"authorization": f"Bearer {token}"}
    )
    async with Client(transport=socket, fetch_schema_from_transport=True) as session:
        changed = gql(CHANGED)
        changed.variable_values = {"id": case["id"]}
        async for event in session.subscribe(changed):
            assert event["caseChanged"] == {"id": case["id"], "number": case["number"]}, event
            break


async def main() -> None:
    transport = AIOHTTPTransport(url=url, headers={"authorization": f"Bearer {token}"})
    async with Client(transport=transport, fetch_schema_from_transport=True, parse_results=True) as session:
        # The client validates against the schema it fetched before it sends anything.
        assert session.client.schema.query_type.name == "Query"
        first, cursor, numbers = True, None, []
        while first or page["pageInfo"]["hasNextPage"]:
            QUEUE.variable_values = {"first": 10, "after": cursor}
            page = (await session.execute(QUEUE))["cases"]
            numbers += [case["number"] for case in page["nodes"]]
            first, cursor = False, page["pageInfo"]["endCursor"]
        await subscribe(page["nodes"][-1])
        assert numbers == sorted(set(numbers)) and len(numbers) > 30, numbers
        try:
            await session.execute(gql("query { cases(first: 0) { totalCount } }"))
            raise AssertionError("a page of no rows is refused")
        except TransportQueryError as refused:
            assert refused.errors[0]["extensions"]["code"] == "BAD_INPUT", refused.errors
    print("ok")


asyncio.run(main())
