"""How each fact turns into plain JSON values and back, worked out once from its annotations.

Decoding is strict: exactly the fields of the fact, each of exactly its type, integers that aren't
booleans, and no floats anywhere. The check is one set look-up by the types of all values, so that
replaying a log costs little more than reading its JSON.
"""

import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from itertools import product
from operator import attrgetter, itemgetter
from typing import Any, Union, get_args, get_origin, get_type_hints

from timing_server.rules.errors import MalformedFactError

Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _FieldShape:
    """One field: the types it may have as JSON and as a value, and how to turn one to the other."""

    json_types: tuple[type, ...]
    value_types: tuple[type, ...]
    from_json: Convert | None = None
    to_json: Convert | None = None


class Shape:
    """Turns one dataclass into a dict of JSON values and back; ``name`` is for messages."""

    def __init__(self, kind: type) -> None:
        self.kind = kind
        self.name = kind.__name__
        hints = get_type_hints(kind)
        self.field_names = tuple(each.name for each in fields(kind))
        shapes = [_field_shape(hints[name]) for name in self.field_names]
        self._shapes = dict(zip(self.field_names, shapes, strict=True))
        self._json_signatures = frozenset(product(*(each.json_types for each in shapes)))
        self._value_signatures = frozenset(product(*(each.value_types for each in shapes)))
        self._from_json = [(at, s.from_json) for at, s in enumerate(shapes) if s.from_json]
        self._to_json = [(name, s.to_json) for name, s in self._shapes.items() if s.to_json]
        self._pick_items = _tuple_getter(itemgetter, self.field_names)
        self._pick_attributes = _tuple_getter(attrgetter, self.field_names)

    def build(self, body: Mapping[str, Any]) -> Any:
        """Return the dataclass that the JSON values describe.

        Raises MalformedFactError where a field is missing, unknown, or of another type.
        """
        if type(body) is not dict or len(body) != len(self.field_names):
            raise self._complaint(body)
        try:
            values = self._pick_items(body)
        except KeyError as error:
            raise self._complaint(body) from error
        if tuple(map(type, values)) not in self._json_signatures:
            raise self._complaint(body)
        if self._from_json:
            converted = list(values)
            for at, convert in self._from_json:
                converted[at] = convert(converted[at])
            return self.kind(*converted)
        return self.kind(*values)

    def take_apart(self, value: object) -> dict[str, Any]:
        """Return the JSON values of a dataclass; raises MalformedFactError for a wrong type."""
        values = self._pick_attributes(value)
        if tuple(map(type, values)) not in self._value_signatures:
            body = dict(zip(self.field_names, values, strict=True))
            raise self._complaint(body, is_json=False)
        body = dict(zip(self.field_names, values, strict=True))
        for name, convert in self._to_json:
            body[name] = convert(body[name])
        return body

    def _complaint(self, body: object, *, is_json: bool = True) -> MalformedFactError:
        if not isinstance(body, dict):
            return MalformedFactError(f"{self.name} is not an object with fields.")
        for name, shape in self._shapes.items():
            if name not in body:
                return MalformedFactError(f"{self.name} has no field '{name}'.")
            allowed = shape.json_types if is_json else shape.value_types
            if type(body[name]) not in allowed:
                wanted = " or ".join(each.__name__ for each in allowed)
                found = type(body[name]).__name__
                return MalformedFactError(f"{self.name}.{name} must be {wanted}, not {found}.")
        unknown = sorted(str(key) for key in body.keys() - self._shapes.keys())
        return MalformedFactError(f"{self.name} has no field '{', '.join(unknown)}'.")


def _tuple_getter(getter: Callable[..., Any], names: tuple[str, ...]) -> Callable[[Any], Any]:
    """Return a getter of all names at once that gives a tuple even for one name."""
    if not names:
        return lambda _: ()
    pick = getter(*names)
    return pick if len(names) > 1 else lambda value: (pick(value),)


def _field_shape(hint: Any) -> _FieldShape:
    hint = getattr(hint, "__supertype__", hint)  # a NewType is its base when stored
    if hint in (int, str, bool):
        return _FieldShape((hint,), (hint,))
    if get_origin(hint) in (Union, types.UnionType):
        return _optional_shape(hint)
    if get_origin(hint) is tuple:
        item, ellipsis = get_args(hint)
        if ellipsis is Ellipsis:
            return _tuple_shape(getattr(item, "__supertype__", item))
    if isinstance(hint, type) and is_dataclass(hint):
        nested = Shape(hint)
        return _FieldShape((dict,), (hint,), nested.build, nested.take_apart)
    raise TypeError(f"A fact can't have a field of type {hint!r}; add it to fact_fields.")


def _optional_shape(hint: Any) -> _FieldShape:
    parts = [getattr(each, "__supertype__", each) for each in get_args(hint)]
    if any(each not in (int, str, bool, type(None)) for each in parts):
        raise TypeError(f"A fact can't have a field of type {hint!r}; add it to fact_fields.")
    return _FieldShape(tuple(parts), tuple(parts))


def _tuple_shape(item: type) -> _FieldShape:
    def check(values: Any) -> Any:
        if any(type(each) is not item for each in values):
            raise MalformedFactError(
                f"A list of a fact holds something that isn't {item.__name__}."
            )
        return values

    return _FieldShape(
        (list,), (tuple,), lambda given: tuple(check(given)), lambda given: list(check(given))
    )
