"""The house rules that a machine can check, each with a line that must fail. test_house_rules.py applies them.

What ruff, mypy and the import contracts already say is not said again here, except where a comment could switch it off.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.house.tree import File

FUNCTION_LINES_MAX = 60
FILE_LINES_MAX = 400
READS_AND_WRITES = {
    *("get", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"),
    *("aget", "acreate", "aupdate", "adelete", "abulk_create", "abulk_update", "aget_or_create", "aupdate_or_create"),
}
CLOCK_READS = {
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns", "timezone.now"),
}
#: With a moment they convert it, without one they read the clock.
CLOCK_CONVERSIONS = {"timezone.localtime", "timezone.localdate", "time.localtime", "time.gmtime"}
SQL_TIME = re.compile(
    r"\b(?:now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\(\)"
    r"|\b(?:CURRENT_TIMESTAMP|CURRENT_DATE|CURRENT_TIME|LOCALTIMESTAMP|LOCALTIME)\b",
    re.IGNORECASE,
)
#: psycopg writes a list down as text unless told otherwise, which takes ten to a hundred times as long.
TEXT_ARRAY = re.compile(r"%(?:\(\w+\))?s::\w+\[\]")
NAMELESS = {"utils", "util", "helpers", "helper", "common", "services", "managers", "manager", "signals", "misc"}
#: Where somebody happened to work, and the hosts that lock files name. Written so that this file does not match itself.
WORKPLACE = re.compile(
    r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/(?=\w)|\.\./shar[e]d/(?!data\b)"
    r"|\b(?:files\.pythonhoste[d]|pyp[i]|registry\.npmj[s]|npmj[s]|deb\.debia[n]|proxy\.golang|crates)\.(?:org|io)\b"
    r"|\b(?:issue|session|sprint)\s+#?\d+\b",
    re.IGNORECASE,
)

Find = Callable[[File], Iterator[int]]


@dataclass(frozen=True)
class Rule:
    """`find` gives the lines of a file that break the rule; `bad` is a file that must break it."""

    name: str
    applies: Callable[[File], bool]
    find: Find
    bad: File


def product(file: File) -> bool:
    """Code that runs at a customer's."""
    return file.is_python and file.path.startswith("jawort/") and not file.is_migration


def own_code(file: File) -> bool:
    """Everything in Python but migrations, which Django writes, and what tests only read."""
    return file.is_python and not file.is_migration and "/data/" not in file.path


def screens(file: File) -> bool:
    """Files that answer requests: whatever they need, a query, a verb or a door gives it to them."""
    is_view = re.search(r"/views(/|\w*\.py)", file.path) is not None
    return product(file) and (is_view or file.path.startswith("jawort/web/"))


def except_for(*paths: str) -> Callable[[File], bool]:
    """Code that runs at a customer's, but for the files named."""
    return lambda file: product(file) and file.path not in paths


def calls(file: File) -> Iterator[ast.Call]:
    return (node for node in file.nodes if isinstance(node, ast.Call))


def dotted(node: ast.expr) -> str:
    """`a.b.c` for the attribute chain that ends here, calls and subscripts skipped: what is asked of whom."""
    parts: list[str] = []
    while True:
        match node:
            case ast.Attribute():
                parts.append(node.attr)
                node = node.value
            case ast.Call():
                node = node.func
            case ast.Subscript():
                node = node.value
            case ast.Name():
                return ".".join(reversed([*parts, node.id]))
            case _:
                return ".".join(reversed(parts))


def broken(file: File) -> Iterator[int]:
    try:
        ast.parse(file.text)
    except SyntaxError as error:
        yield error.lineno or 1


def long_functions(file: File) -> Iterator[int]:
    functions = (node for node in file.nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    for node in functions:
        if (node.end_lineno or 0) - node.lineno + 1 > FUNCTION_LINES_MAX:
            yield node.lineno


def long_file(file: File) -> Iterator[int]:
    lines = file.text.count("\n")
    if lines > FILE_LINES_MAX:
        yield lines


def bare_saves(file: File) -> Iterator[int]:
    for call in calls(file):
        named = {keyword.arg for keyword in call.keywords} & {"update_fields", "force_insert"}
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"save", "asave"} and not named:
            yield call.lineno


def arrays_as_text(file: File) -> Iterator[int]:
    return (number for number, line in enumerate(file.text.splitlines(), 1) if TEXT_ARRAY.search(line))


def objects_in_screens(file: File) -> Iterator[int]:
    for call in calls(file):
        chain = dotted(call.func).split(".")
        if {"objects", "_default_manager"} & set(chain) and chain[-1] in READS_AND_WRITES:
            yield call.lineno
        if chain[-1] in {"get_object_or_404", "get_list_or_404"}:
            yield call.lineno


def sql_in_screens(file: File) -> Iterator[int]:
    for call in calls(file):
        if dotted(call.func).split(".")[-1] in {"execute", "executemany", "raw", "cursor"}:
            yield call.lineno


def imports_in_functions(file: File) -> Iterator[int]:
    for function in file.nodes:
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = (node for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom))
            yield from (node.lineno for node in inner)


def _reads_clock(node: ast.AST) -> bool:
    match node:
        case ast.Attribute():
            return any(dotted(node).endswith(read) for read in CLOCK_READS)
        case ast.Call(func=function, args=[]):
            return any(dotted(function).endswith(conversion) for conversion in CLOCK_CONVERSIONS)
        case ast.keyword():
            return node.arg in {"auto_now", "auto_now_add"}
        case _:
            return False


def clock_reads(file: File) -> Iterator[int]:
    for node in file.nodes:
        if isinstance(node, ast.Attribute | ast.Call | ast.keyword) and _reads_clock(node):
            yield node.lineno


def signals(file: File) -> Iterator[int]:
    for node in file.nodes:
        if isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        if any(name.startswith("django.dispatch") or name.endswith(".signals") for name in names):
            yield node.lineno


def generic_keys(file: File) -> Iterator[int]:
    for node in file.nodes:
        if isinstance(node, ast.ImportFrom) and node.module == "django.contrib.contenttypes.fields":
            yield node.lineno


def nameless(file: File) -> Iterator[int]:
    if NAMELESS & set(file.path.removesuffix(".py").split("/")):
        yield 1


def _prose(file: File) -> set[ast.expr]:
    """Strings that stand alone, such as docstrings: people read them, not the database."""
    alone = (node.value for node in file.nodes if isinstance(node, ast.Expr))
    return {value for value in alone if isinstance(value, ast.Constant)}


def _is_sql_time(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=str(text)):
            return SQL_TIME.search(text) is not None
        case ast.ImportFrom(module=str(module), names=names):
            return module.startswith("django.db.models.functions") and any(alias.name == "Now" for alias in names)
        case _:
            return False


def sql_times(file: File) -> Iterator[int]:
    prose = _prose(file)
    for node in file.nodes:
        if isinstance(node, ast.Constant | ast.ImportFrom) and node not in prose and _is_sql_time(node):
            yield node.lineno


def workplace(file: File) -> Iterator[int]:
    for number, line in enumerate(file.text.splitlines(), start=1):
        if WORKPLACE.search(line):
            yield number


#: What stands in a page's title lands in clear in the browser's history, on the disk of whoever looks. Names of lines,
#: labels, attributes and texts are the company's; a row of the inbox is called `line`, so it counts in settings alone.
TITLE = re.compile(r"<title>(.*?)</title>|{% block title %}(.*?){% endblock %}")
IN_TITLE = re.compile(r"{{\s*([\w.]+)")


def named_titles(file: File) -> Iterator[int]:
    free = {"company", "topic.title"}  # a topic is of our help
    if "/settings/" in file.path:
        free |= {"line.name", "state.number", "label.name", "kept.wording.name"}
        free |= {"attribute.label_de", "attribute.label_en"}
    for number, line in enumerate(file.text.splitlines(), start=1):
        if any(set(IN_TITLE.findall("".join(title))) - free for title in TITLE.findall(line)):
            yield number


def _long(lines: int) -> str:
    return "def story() -> None:\n" + "    call()\n" * (lines - 1)


RULES = [
    Rule("a file parses", own_code, broken, File("jawort/a.py", "def f(:")),
    Rule("a function has at most 60 lines", own_code, long_functions, File("jawort/a.py", _long(61))),
    Rule("a file has at most 400 lines", own_code, long_file, File("jawort/a.py", "call()\n" * 401)),
    Rule(
        "a save names its columns",
        except_for("jawort/messaging/files/drawing.py"),  # it draws pictures and knows no tables
        bare_saves,
        File("jawort/a.py", "message.save()"),
    ),
    Rule(
        "a screen asks a door, a query or a verb for rows",
        screens,
        objects_in_screens,
        File("jawort/web/inbox/views.py", "Message.objects.filter(pk=pk).update(state=1)"),
    ),
    Rule(
        "arrays go to the database in binary",
        product,
        arrays_as_text,
        File("jawort/a.py", 'execute("SELECT unnest(%s::uuid[])", [ids])'),
    ),
    Rule("a screen runs no SQL", screens, sql_in_screens, File("jawort/web/a.py", "connection.cursor()")),
    Rule("imports stand at the top", own_code, imports_in_functions, File("jawort/a.py", "def f():\n    import json")),
    Rule(
        "there is one clock",
        except_for("jawort/core/clock.py", "jawort/core/ids.py"),
        clock_reads,
        File("jawort/lanes/a.py", "field = DateTimeField(default=timezone.now)"),
    ),
    Rule("no Django signals", product, signals, File("jawort/a.py", "from django.db.models.signals import post_save")),
    Rule(
        "no generic foreign keys",
        product,
        generic_keys,
        File("jawort/a.py", "from django.contrib.contenttypes.fields import GenericForeignKey"),
    ),
    Rule("a module is named after what it does", own_code, nameless, File("jawort/people/helpers.py", "")),
    Rule(
        "SQL takes its time as a parameter",
        product,
        sql_times,
        File("jawort/a.py", 'execute("UPDATE a SET due_at = now()")'),
    ),
    Rule(
        "no title names a person",
        lambda file: file.path.startswith("jawort/") and "/templates/" in file.path and file.path.endswith(".html"),
        named_titles,
        File("jawort/web/templates/inbox/a.html", "{% block title %}{{ line.name }}{% endblock %}"),
    ),
    Rule(
        "nothing tells where it was written",
        lambda file: True,
        workplace,
        File("README.md", "see " + "/".join(("", "home", "kim", "notes.md"))),
    ),
]
