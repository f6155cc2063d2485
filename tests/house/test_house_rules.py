"""The house rules of rulebook.py hold in the whole tree, and each is seen to fail."""

import pytest

from tests.house.rulebook import RULES, WORKPLACE, Rule, dotted, own_code, product, screens
from tests.house.tree import File, texts


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_tree_follows(rule: Rule) -> None:
    found = [f"{file.path}:{line}" for file in texts() if rule.applies(file) for line in rule.find(file)]
    assert not found, f"{rule.name}: {', '.join(found)}"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_bad_line_fails(rule: Rule) -> None:
    assert rule.applies(rule.bad)
    assert list(rule.find(rule.bad))


@pytest.mark.parametrize(
    "line",
    [
        "Message.objects.get(pk=1)",
        "Message.objects.create(text='')",
        "Message.objects.using('x').filter(pk=1).delete()",
        "get_object_or_404(Message, pk=1)",
    ],
)
def test_each_shape_of_a_write_in_a_screen_is_seen(line: str) -> None:
    (rule,) = (rule for rule in RULES if rule.name.startswith("a screen asks"))
    assert list(rule.find(File("jawort/web/views.py", line)))


@pytest.mark.parametrize(
    "line",
    [
        "datetime.now(UTC)",
        "dt.datetime.utcnow()",
        "date.today()",
        "time.time()",
        "timezone.localtime()",
        "DateTimeField(auto_now=True)",
    ],
)
def test_each_shape_of_a_second_clock_is_seen(line: str) -> None:
    (rule,) = (rule for rule in RULES if rule.name == "there is one clock")
    assert list(rule.find(File("jawort/a.py", line)))


@pytest.mark.parametrize(
    "parts",
    [
        ("https://py", "pi", ".org/simple"),
        ("https://files.python", "hosted", ".org/x"),
        ("see iss", "ue ", "12"),
        ("../sha", "red/", "design/x.md"),
    ],
)
def test_each_trace_of_a_workplace_is_seen(parts: tuple[str, ...]) -> None:
    assert WORKPLACE.search("".join(parts))


def test_converting_a_moment_reads_no_clock() -> None:
    (rule,) = (rule for rule in RULES if rule.name == "there is one clock")
    assert not list(rule.find(File("jawort/a.py", "timezone.localtime(message.at)\ntime.monotonic()")))


def test_saves_that_name_their_columns_pass() -> None:
    (rule,) = (rule for rule in RULES if rule.name == "a save names its columns")
    assert not list(rule.find(File("jawort/a.py", "m.save(update_fields=['state'])\nm.save(force_insert=True)")))


def test_the_walk_sees_the_tree() -> None:
    paths = {file.path for file in texts()}
    assert {"pyproject.toml", "Makefile", ".ci/run", "jawort/core/clock.py", "tests/house/rulebook.py"} <= paths
    assert not any(path.startswith((".venv", ".git/")) for path in paths)


def test_scopes() -> None:
    view, test = File("jawort/web/inbox/views.py", ""), File("tests/web/test_views.py", "")
    migration = File("jawort/people/migrations/0001_initial.py", "")
    assert screens(view)
    assert product(view)
    assert not product(test)
    assert own_code(test)
    assert not own_code(migration)


def test_chains_are_read_through_calls() -> None:
    (call,) = (node.value for node in File("a.py", "A.objects.filter(x=1)[0].b()").tree.body if hasattr(node, "value"))
    assert dotted(call) == "A.objects.filter.b"
