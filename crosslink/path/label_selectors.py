"""Which labels a selector of Kubernetes picks.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
"""

from collections.abc import Mapping

from crosslink.graph.node import Value, fields, items

OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist")


def selects(selector: Value, labels: Mapping[str, Value]) -> bool:
    """Whether a selector, of `matchLabels` and `matchExpressions`, picks an object with some labels."""
    return fields(fields(selector).get("matchLabels")).items() <= labels.items() and all(
        _fits(labels, fields(expression)) for expression in items(fields(selector).get("matchExpressions"))
    )


def keys_of(selector: Value) -> set[str]:
    """The labels that a selector asks for."""
    expressions = items(fields(selector).get("matchExpressions"))
    asked = (str(fields(expression).get("key")) for expression in expressions)
    return {*fields(fields(selector).get("matchLabels")), *asked}


def is_valid(selector: Value) -> bool:
    """Whether a selector is one: operators are known, and those about values have some."""
    labels, said = (fields(selector).get(name) for name in ("matchLabels", "matchExpressions"))
    shaped = isinstance(labels, dict | None) and isinstance(said, list | None)
    expressions = list(map(fields, items(said)))
    return shaped and all(
        expression.get("operator") in OPERATORS
        and bool(items(expression.get("values"))) == str(expression.get("operator")).endswith("In")
        for expression in expressions
    )


def _fits(labels: Mapping[str, Value], expression: Mapping[str, Value]) -> bool:
    key, operator, values = (expression.get(name) for name in ("key", "operator", "values"))
    is_in, negated = labels.get(key or "") in items(values), operator in ("NotIn", "DoesNotExist")
    return (key in labels if "Exist" in str(operator) else is_in) != negated
