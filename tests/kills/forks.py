"""Functions in processes of their own: one that has imported everything forks one for each call.

Imports are paid once. Until it forks it has used nothing that it imported: there is no pool of threads that
a fork would lose.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import pickle
import pkgutil
import re
import signal
import subprocess
import sys
import tempfile
import threading
from inspect import signature
from pathlib import Path
from typing import Any, Self

_ROOT = Path(__file__).parents[2]
_LATE = ("fontTools.ttLib", "wordcloud", "openai", "genai_prices")  # what the program imports late


class Mother:
    """Starts calls of one function ("package.module:function"); a context manager.

    The function takes what was given to ``start``, as JSON, and returns the exit code. It tells what else it
    has to tell in files.
    """

    def __init__(self, function: str) -> None:
        self._function = function

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.kills.forks", self._function],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *raised: object) -> None:
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def start(self, given: Any) -> Running:
        self._process.stdin.write(json.dumps(given) + "\n")
        self._process.stdin.flush()
        return Running(int(self._process.stdout.readline()), mother=self._process)


class Running:
    """A call at work."""

    def __init__(self, pid: int, *, mother: subprocess.Popen[str]) -> None:
        self._pid, self._mother = pid, mother
        self._lock, self._over = threading.Lock(), False

    def kill(self) -> None:
        with self._lock:
            if not self._over:
                os.kill(self._pid, signal.SIGKILL)

    def wait(self) -> int | None:
        """Until it ends; its exit code, None if it was killed."""
        code = int(self._mother.stdout.readline())
        with self._lock:
            self._over = True
            self._mother.stdin.write("\n")
            self._mother.stdin.flush()
        if code < 0 and code != -signal.SIGKILL:
            raise RuntimeError(f"the program died of signal {-code}")
        return None if code < 0 else code


def main(function: str) -> None:
    import dawnchorus  # noqa: PLC0415

    for module in pkgutil.walk_packages(dawnchorus.__path__, "dawnchorus."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name in _LATE:
        importlib.import_module(name)
    from dawnchorus.store.digest import code_version  # noqa: PLC0415

    re._MAXCACHE = 1_000_000  # type: ignore[attr-defined]
    code_version()  # that of the code that was imported, whoever edits it meanwhile
    module_name, _, name = function.partition(":")
    call = getattr(importlib.import_module(module_name), name)
    with tempfile.TemporaryDirectory() as folder:
        _serve(call, Path(folder) / "learnt")


def _serve(call: Any, learnt: Path) -> None:
    warm = False
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _live(call, json.loads(line), None if warm else learnt)
        print(pid, flush=True)
        ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        print(ended.si_status * (-1 if ended.si_code == os.CLD_KILLED else 1), flush=True)
        # Reaped only when the caller knows that it is over: until then its number is no other's.
        sys.stdin.readline()
        os.waitpid(pid, 0)
        if not warm and learnt.exists():
            _warm_up(*pickle.loads(learnt.read_bytes()))
            gc.freeze()
            warm = True


def _learn(file: Path) -> None:
    """Note what this process had to load and compile, so that those after it need not."""
    modules = [module for name, module in list(sys.modules.items()) if name.startswith("dawnchorus.")]
    # Tables of stories are made by Polars, which begins threads: each life makes its own.
    tables = [
        (module.__name__, name)
        for module in modules
        if not module.__name__.startswith("dawnchorus.stories.")
        for name, value in vars(module).items()
        if hasattr(value, "cache_info") and value.cache_info().currsize and not signature(value).parameters
    ]
    kernels = [
        (module.__name__, name, list(value.signatures))
        for module in modules
        for name, value in vars(module).items()
        if hasattr(value, "nopython_signatures")
    ]
    patterns = [key[1:] for key in re._cache if key[0] in (str, bytes)]  # type: ignore[attr-defined]
    hidden = file.with_suffix(".part")
    hidden.write_bytes(pickle.dumps((sorted(sys.modules), patterns, kernels, tables)))
    hidden.rename(file)


def _warm_up(modules: list[str], patterns: list[Any], kernels: list[Any], tables: list[Any]) -> None:
    """Load and compile the same; none of it may start a thread."""
    threads = len(os.listdir("/proc/self/task"))
    for name in modules:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    for pattern, flags in patterns:
        re.compile(pattern, flags)
    for module, name, signatures in kernels:
        for each in signatures:
            getattr(sys.modules[module], name).compile(each)
    for module, name in tables:
        getattr(sys.modules[module], name)()
    if len(os.listdir("/proc/self/task")) > threads:
        raise RuntimeError("warming up has begun a thread, which a fork would lose")


def _live(call: Any, given: Any, learnt: Path | None) -> None:
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(2, 1)
        code = call(given)
        if learnt:
            _learn(learnt)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    finally:
        os._exit(99)


if __name__ == "__main__":
    main(sys.argv[1])
