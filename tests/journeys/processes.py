"""The site's own processes, forked from one that has read the code once: every start would take seconds, and a journey
needs three. What they run is what `python -m civic.app.serve` and `civic` run, with an environment of their own."""

import os
import sys
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(["civic.app.serve", "civic.app.commands"])


def start(words: tuple[str, ...], env: dict[str, str], output: Path) -> BaseProcess:
    """`("serve",)` is the web server, anything else a command of `civic`; what it says is added to the file."""
    process = FORKS.Process(target=_run, args=(words, env, output))
    process.start()
    return process


def end(process: BaseProcess) -> None:
    """As the system ends it: politely, then at once."""
    process.terminate()
    process.join(20)
    if process.is_alive():
        process.kill()
        process.join()


def _run(words: tuple[str, ...], env: dict[str, str], output: Path) -> None:
    from civic.app import commands, serve

    os.setsid()
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(env)
    with output.open("ab", buffering=0) as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    sys.argv = ["civic", *words]
    serve.main() if words == ("serve",) else commands.main()
