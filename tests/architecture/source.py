"""The source of the house, parsed once for all architecture tests."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("oms.core", "inventory", "channels", "orders", "fulfillment", "returns", "oms")


@cache
def files() -> tuple[Path, ...]:
    """All modules but migrations."""
    folders = ("oms", "inventory", "channels", "orders", "fulfillment", "returns")
    found = [p for name in folders for p in sorted((ROOT / name).rglob("*.py"))]
    return tuple(p for p in found if "migrations" not in p.parts)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def app_of(module: str) -> str | None:
    """The app that a dotted name belongs to: the longest prefix wins."""
    fitting = [app for app in APPS if f"{module}.".startswith(f"{app}.")]
    return max(fitting, key=len, default=None)


def app_of_file(path: Path) -> str:
    return app_of(name(path).removesuffix(".py").replace("/", "."))


def imports(path: Path) -> Iterator[str]:
    """The dotted modules that a file imports, also inside of functions."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def services() -> list[Path]:
    return [path for path in files() if "services" in path.parts]


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))
