"""The only place where Rasa is patched.

Every patch says which cost it removes and has a test in ``tests/unit/bot/`` that behaviour is unchanged.
"""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from functools import wraps
from types import TracebackType
from typing import Any

import aiohttp
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import GraphNode, GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.constants import PREVIOUS_ACTION
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import Event
from rasa.shared.utils.schemas.events import EVENT_SCHEMA
from rasa.utils.endpoints import EndpointConfig

# Shorter than the keep-alive of any server that may stand at the other end, so that a call never meets a connection
# that the server is just closing.
_KEEP_ALIVE_SECONDS = 5.0
_REMEMBERED_SITUATIONS = 4096


def apply_patches() -> None:
    """Apply every patch; doing so twice changes nothing."""
    for patch in (
        build_action_validators_once,
        keep_action_connections,
        run_graphs_without_a_scheduler,
        remember_which_rules_apply,
        see_at_once_that_a_domain_is_not_empty,
        find_event_classes_by_name,
    ):
        if not getattr(patch, "applied", False):
            patch()
            patch.applied = True  # type: ignore[attr-defined]


def build_action_validators_once() -> None:
    """Rasa lets jsonschema check its own schema on every action call: 60 ms, six times everything else in a turn.

    Each kind of event gets one validator, built here. What passes it would pass the schema, since the branches of its
    ``oneOf`` exclude one another by the name of the event. Whatever does not pass goes the old way, to the same error.
    """
    validators = _validators_by_event(EVENT_SCHEMA)
    original = RemoteAction._validate_action_result

    @wraps(original)
    def validate_action_result(self: RemoteAction, result: dict[str, Any]) -> bool:
        return _is_surely_valid(result, validators) or original(self, result)

    RemoteAction._validate_action_result = validate_action_result


def _validators_by_event(schema: dict[str, Any]) -> dict[str, Any]:
    branches = schema["oneOf"]
    names = [branch["properties"]["event"]["const"] for branch in branches]
    if len(set(names)) != len(names):
        raise RuntimeError("two branches of Rasa's event schema have the same name; this patch does not fit this Rasa")
    common = {key: value for key, value in schema.items() if key != "oneOf"}
    return {
        name: validator_for(schema)({**common, "allOf": [branch]}) for name, branch in zip(names, branches, strict=True)
    }


def _is_surely_valid(result: Any, validators: dict[str, Any]) -> bool:
    if not isinstance(result, dict):
        return False
    events, responses = result.get("events", []), result.get("responses", [])
    if not isinstance(events, list) or not isinstance(responses, list):
        return False
    if not all(isinstance(response, dict) for response in responses):
        return False
    for event in events:
        name = event.get("event") if isinstance(event, dict) else None
        validator = validators.get(name) if isinstance(name, str) else None
        if validator is None or not validator.is_valid(event):
            return False
    return True


def keep_action_connections() -> None:
    """Rasa opens a client session and a connection for every action call: 1 ms here and as much at the other end.

    The session is kept per endpoint and event loop instead. It has no cookie jar, like a session that is thrown away.
    """
    original = EndpointConfig.session

    @wraps(original)
    def session(self: EndpointConfig) -> _KeptSession:
        loop = asyncio.get_event_loop()
        kept = self.__dict__.get("_kept_session")
        if kept is None or kept[0] is not loop or kept[1].closed:
            kept = (loop, _without_cookies(original(self)))
            self.__dict__["_kept_session"] = kept
        return _KeptSession(kept[1])

    EndpointConfig.session = session


def _without_cookies(template: aiohttp.ClientSession) -> aiohttp.ClientSession:
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEP_ALIVE_SECONDS),
        headers=template.headers,
        auth=template.auth,
        timeout=template.timeout,
        cookie_jar=aiohttp.DummyCookieJar(),
    )
    template.detach()
    return session


class _KeptSession:
    """A session whose ``async with`` leaves it open."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def __aenter__(self) -> aiohttp.ClientSession:
        return self._session

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)


def run_graphs_without_a_scheduler() -> None:
    """Rasa hands each of its three graph runs a turn to dask's scheduler: 1.5 ms for calling fifteen functions.

    The order is worked out once per set of targets; the nodes get the same arguments as before.
    """
    original = DaskGraphRunner.run

    @wraps(original)
    def run(
        self: DaskGraphRunner, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
    ) -> dict[str, Any]:
        run_targets = targets if targets else self._graph_schema.target_names
        if any(isinstance(value, str) for value in (inputs or {}).values()):
            return original(self, inputs, targets)  # checks that such a value is not the name of a node
        plans = self.__dict__.setdefault("_plans", {})
        plan = plans.get(tuple(run_targets))
        if plan is None:
            plan = _plan(self._graph_schema.minimal_graph_schema(run_targets), self._instantiated_nodes)
            plans[tuple(run_targets)] = plan
        results: dict[str, Any] = {name: (name, value) for name, value in (inputs or {}).items()}
        try:
            for name, node, needs in plan:
                # What nobody provides is handed on by its name; the node complains about it, as it did before.
                results[name] = node(*[results.get(need, need) for need in needs])
        except RuntimeError as error:
            raise GraphRunError("Error running runner.") from error
        return dict(results[target] for target in run_targets)

    DaskGraphRunner.run = run


def _plan(schema: GraphSchema, nodes: dict[str, GraphNode]) -> list[tuple[str, GraphNode, tuple[str, ...]]]:
    ordered: dict[str, tuple[str, GraphNode, tuple[str, ...]]] = {}

    def visit(name: str) -> None:
        if name in ordered or name not in schema.nodes:
            return
        needs = tuple(schema.nodes[name].needs.values())
        for need in needs:
            visit(need)
        ordered[name] = (name, nodes[name], needs)

    for name in schema.nodes:
        visit(name)
    return list(ordered.values())


def remember_which_rules_apply() -> None:
    """RulePolicy compares every rule with every state, three times a turn: 2 ms for a hundred rules.

    Which rules apply depends on the rules and on those parts of the states that some rule names. The answer is kept
    by exactly these parts; texts are not among them unless a rule names one, so no citizen's words are kept.
    """
    original = RulePolicy._get_possible_keys

    @wraps(original)
    def get_possible_keys(self: RulePolicy, lookup: dict[str, str], states: list[State]) -> set[str]:
        memory: _RuleMemory | None = self.__dict__.setdefault("_rule_memories", {}).get(id(lookup))
        if memory is None or memory.lookup is not lookup or memory.size != len(lookup):
            memory = _RuleMemory(lookup)
            self.__dict__["_rule_memories"][id(lookup)] = memory
        situation = memory.situation_of(states)
        if situation is None:
            return original(self, lookup, states)
        known = memory.keys_by_situation.get(situation)
        if known is None:
            known = frozenset(original(self, lookup, states))
            memory.keys_by_situation[situation] = known
            if len(memory.keys_by_situation) > _REMEMBERED_SITUATIONS:
                memory.keys_by_situation.popitem(last=False)
        return set(known)

    RulePolicy._get_possible_keys = get_possible_keys


class _RuleMemory:
    """Which rules of one lookup table applied in which situation."""

    def __init__(self, lookup: dict[str, str]) -> None:
        self.lookup = lookup
        self.size = len(lookup)
        self.keys_by_situation: OrderedDict[tuple[Any, ...], frozenset[str]] = OrderedDict()
        rule_states = [state for key in lookup for state in json.loads(key)]
        self._parts = sorted({(kind, name) for state in rule_states for kind, part in state.items() for name in part})

    def situation_of(self, states: list[State]) -> tuple[Any, ...] | None:
        """Return what rules can see of the states; None if it cannot be a key."""
        situation = tuple(
            (bool(state.get(PREVIOUS_ACTION)), *(state.get(kind, {}).get(name) for kind, name in self._parts))
            for state in states
        )
        try:
            hash(situation)
        except TypeError:
            return None
        return situation


def see_at_once_that_a_domain_is_not_empty() -> None:
    """Rasa builds an empty domain and writes both out to compare them, on every message: 0.3 ms.

    A domain with intents differs from the empty one; anything else is compared as before.
    """
    original = Domain.is_empty

    @wraps(original)
    def is_empty(self: Domain) -> bool:
        return not self.as_dict().get("intents") and original(self)

    Domain.is_empty = is_empty


def find_event_classes_by_name() -> None:
    """Rasa asks every subclass of ``Event`` for its name, for every event that an action returns: 0.2 ms.

    Found classes are remembered; a name that is not known is looked for again.
    """
    original = Event.resolve_by_type
    known: dict[str, type[Event]] = {}

    @wraps(original)
    def resolve_by_type(type_name: str, default: type[Event] | None = None) -> type[Event] | None:
        found = known.get(type_name)
        if found is None:
            found = original(type_name, default)
            if found is not None and found.type_name == type_name:
                known[type_name] = found
        return found

    Event.resolve_by_type = staticmethod(resolve_by_type)
