"""The search as a template."""

import re

from services.index.template import __doc__ as told
from services.index.template import template


def test_every_parameter_of_the_template_is_told_and_every_told_one_is_taken() -> None:
    taken = set(re.findall(r"\{\{[#^]?([a-z_]+)(?:\.0)?\}\}", template())) - {"toJson"}
    taken |= set(re.findall(r"\{\{#toJson\}\}(\w+)", template()))
    assert taken == set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", told or "", re.MULTILINE))))


def test_no_mark_is_left_in_the_template() -> None:
    assert "qq" not in template()
    assert "々" not in template()


def test_sections_are_closed_in_the_order_they_are_opened() -> None:
    opened: list[str] = []
    for kind, name in re.findall(r"\{\{([#^/])([\w.]+)\}\}", template()):
        if kind == "/":
            assert opened.pop() == name
        else:
            opened.append(name)
    assert opened == []
