"""Every patch of Rasa behaves like what it replaces."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.exceptions import GraphComponentException, GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SlotSet
from rasa.shared.utils.common import all_subclasses
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.rasa_patches import apply_patches

apply_patches()

RESULTS: list[Any] = [
    {},
    {"events": [], "responses": []},
    {"events": [{"event": "slot", "name": "a", "value": None, "timestamp": None}], "responses": [{"text": "x"}]},
    {"events": [{"event": "slot", "name": "a"}]},
    {"events": [{"event": "slot", "name": 1, "value": 2}]},
    {"events": [{"event": "slot", "name": "a", "value": 2, "timestamp": "soon"}]},
    {"events": [{"event": "active_loop", "name": None}, {"event": "followup", "name": "b"}]},
    {"events": [{"event": "unheard-of"}]},
    {"events": [{"name": "no event"}]},
    {"events": ["slot"]},
    {"events": {"event": "slot"}},
    {"events": None},
    {"events": [], "responses": ["text"]},
    {"events": [], "responses": None},
    {"events": [{"event": "entities", "entities": [{"entity": "a"}]}]},
    {"events": [{"event": "user", "parse_data": {"entities": [{"entity": "a", "value": 1}]}}]},
    {"events": [{"event": "action", "confidence": "high"}]},
    {"events": [{"event": 5}]},
    {"events": [{"event": ["slot"]}]},
    [],
    None,
    "text",
]


def outcome(validate: Any, result: Any) -> Any:
    try:
        return validate(RemoteAction("action", None), result)
    except ValidationError as error:
        return error.message


@pytest.mark.parametrize("result", RESULTS, ids=str)
def test_that_action_results_are_judged_as_before(result: Any) -> None:
    patched = RemoteAction._validate_action_result
    assert outcome(patched, result) == outcome(patched.__wrapped__, result)


class Server:
    """Answers like an action server, and counts the connections."""

    def __init__(self) -> None:
        self.connections: set[int] = set()
        self.cookies: list[str] = []
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.connections.add(id(request.transport))
        self.cookies.append(request.headers.get("Cookie", ""))
        if request.query.get("fail"):
            return web.json_response({"error": "no"}, status=400)
        response = web.json_response({"body": await request.json(), "header": request.headers.get("X-Test")})
        response.set_cookie("who", "me")
        return response


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Server]:
    state = Server()
    app = web.Application()
    app.router.add_post("/", state.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    state.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield state
    await runner.cleanup()


async def test_that_calls_share_a_connection_and_nothing_else(server: Server) -> None:
    endpoint = EndpointConfig(server.url, headers={"X-Test": "yes"})
    answers = [await endpoint.request(json={"n": n}) for n in range(3)]
    assert answers == [{"body": {"n": n}, "header": "yes"} for n in range(3)]
    assert len(server.connections) == 1
    assert server.cookies == ["", "", ""]
    with pytest.raises(ClientResponseError) as failure:
        await endpoint.request(json={}, params={"fail": "1"})
    assert failure.value.status == 400
    assert endpoint == EndpointConfig(server.url, headers={"X-Test": "yes"})
    async with endpoint.session() as session:
        await session.close()
    assert (await endpoint.request(json={"n": 9}))["body"] == {"n": 9}
    async with endpoint.session() as session:
        await session.close()


def test_that_a_session_is_not_carried_into_another_event_loop() -> None:
    endpoint = EndpointConfig("http://127.0.0.1:1/")
    sessions = []

    async def take() -> None:
        async with endpoint.session() as session:
            sessions.append(session)
            await session.close()

    asyncio.run(take())
    asyncio.run(take())
    assert sessions[0] is not sessions[1]


class Source(GraphComponent):
    """Gives what it was configured with."""

    @classmethod
    def create(cls, config: dict[str, Any], *_: Any, **__: Any) -> Source:
        component = cls()
        component.value = config.get("value", 1)
        return component

    def give(self) -> int:
        return self.value

    def add(self, first: int, second: int) -> int:
        return first + second

    def fail(self, first: int) -> int:
        raise ValueError("no")

    def break_off(self, first: int) -> int:
        raise RuntimeError("no")


def node(fn: str, needs: dict[str, str], **config: Any) -> SchemaNode:
    return SchemaNode(
        needs=needs, uses=Source, fn=fn, constructor_name="create", config=config, eager=True, is_target=False
    )


@pytest.fixture
def runner(tmp_path: Any) -> Iterator[DaskGraphRunner]:
    schema = GraphSchema(
        {
            "sum": node("add", {"first": "one", "second": "two"}),
            "one": node("give", {}, value=1),
            "two": node("add", {"first": "one", "second": "given"}),
            "bad": node("fail", {"first": "one"}),
            "broken": node("break_off", {"first": "one"}),
            "hungry": node("add", {"first": "one", "second": "nothing"}),
        }
    )
    yield DaskGraphRunner(schema, LocalModelStorage(tmp_path), ExecutionContext(schema))


def run_outcome(run: Any, runner: DaskGraphRunner, inputs: Any, targets: Any) -> Any:
    try:
        return run(runner, inputs=inputs, targets=targets)
    except Exception as error:
        return type(error)


@pytest.mark.parametrize(
    ("inputs", "targets"),
    [
        ({"given": 5}, ["sum"]),
        ({"given": 5}, ["sum", "one"]),
        ({"given": 5}, ["two"]),
        (None, ["one"]),
        (None, ["sum"]),
        ({"given": "one"}, ["sum"]),
        (None, ["bad"]),
        (None, ["broken"]),
        (None, ["hungry"]),
    ],
)
def test_that_graphs_give_what_they_gave(runner: DaskGraphRunner, inputs: Any, targets: Any) -> None:
    patched = DaskGraphRunner.run
    expected = run_outcome(patched.__wrapped__, runner, inputs, targets)
    assert run_outcome(patched, runner, inputs, targets) == expected
    assert run_outcome(patched, runner, inputs, targets) == expected


def test_that_faults_of_components_keep_their_class(runner: DaskGraphRunner) -> None:
    assert run_outcome(DaskGraphRunner.run, runner, None, ["bad"]) in (GraphComponentException, ValueError)
    assert issubclass(run_outcome(DaskGraphRunner.run, runner, None, ["hungry"]), GraphRunError)


def random_state(source: random.Random, is_rule: bool) -> dict[str, Any]:
    state: dict[str, Any] = {}
    if source.random() < 0.9:
        state["prev_action"] = {"action_name": source.choice(["action_listen", "utter_a", "utter_b"])}
    if source.random() < 0.7:
        state["user"] = {"intent": source.choice(["greet", "bye", "should_not_be_set"])}
        if not is_rule and source.random() < 0.5:
            state["user"]["text"] = f"text {source.random()}"
        if source.random() < 0.3:
            state["user"]["entities"] = ["a"] if is_rule else ("a",)
    if source.random() < 0.3:
        state["slots"] = {"s": [1.0] if is_rule else (float(source.randint(0, 1)),)}
    if source.random() < 0.3:
        state["active_loop"] = {"name": source.choice(["form", "should_not_be_set"])}
    return state


def test_that_the_same_rules_apply_as_before() -> None:
    import json

    source = random.Random(1)
    policy = RulePolicy.__new__(RulePolicy)
    lookup = {
        json.dumps([random_state(source, True) for _ in range(source.randint(1, 3))], sort_keys=True): "utter_a"
        for _ in range(60)
    }
    patched = RulePolicy._get_possible_keys
    some_applied = 0
    for _ in range(3000):
        states = [random_state(source, False) for _ in range(source.randint(1, 4))]
        expected = patched.__wrapped__(policy, lookup, states)
        assert patched(policy, lookup, states) == expected
        some_applied += bool(expected)
    assert some_applied > 100
    assert not any("text " in repr(memory.keys_by_situation) for memory in policy._rule_memories.values())
    lookup[json.dumps([{}])] = "utter_b"
    states = [random_state(source, False)]
    assert patched(policy, lookup, states) == patched.__wrapped__(policy, lookup, states)


@pytest.mark.parametrize("text", ["", "intents: [greet]", "slots: {a: {type: text, mappings: [{type: custom}]}}"])
def test_that_an_empty_domain_is_still_empty(text: str) -> None:
    domain = Domain.from_yaml(f'version: "3.1"\n{text}\n') if text else Domain.empty()
    assert domain.is_empty() == Domain.is_empty.__wrapped__(domain)


def test_that_events_are_found_by_name_as_before() -> None:
    def resolved(resolve: Any, *arguments: Any) -> Any:
        try:
            return resolve(*arguments)
        except ValueError as error:
            return str(error)

    original = Event.resolve_by_type.__wrapped__
    names = [event.type_name for event in all_subclasses(Event)]
    for name in [*names, *names, "topic", "unheard-of"]:
        assert resolved(Event.resolve_by_type, name) == resolved(original, name)
        assert resolved(Event.resolve_by_type, name, SlotSet) is resolved(original, name, SlotSet)
