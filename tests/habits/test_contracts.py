"""The architecture is data in pyproject.toml; here it is held to."""

import subprocess
import sys
import tomllib

from tests.habits import reading

LINT = "from importlinter.cli import lint_imports_command as run; run()"


def lint(folder):
    return subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )


def test_the_import_contracts_hold():
    done = lint(reading.ROOT)
    assert done.returncode == 0, done.stdout


def test_every_package_has_its_line():
    contracts = tomllib.loads(reading.read(reading.ROOT / "pyproject.toml"))["tool"]["importlinter"][
        "contracts"
    ]
    lines = next(c["layers"] for c in contracts if c["containers"] == ["civic"])
    declared = {name.strip() for line in lines for name in line.split("|")}
    there = {path.parent.name for path in (reading.ROOT / "civic").glob("*/__init__.py")}
    assert there == declared


def test_a_planted_upward_import_is_found(tmp_path):
    for name, source in {
        "__init__": "",
        "above": "",
        "below": "def f():\n    from town import above\n",
    }.items():
        (tmp_path / "town").mkdir(exist_ok=True)
        (tmp_path / "town" / f"{name}.py").write_text(source)
    (tmp_path / "pyproject.toml").write_text(
        '[tool.importlinter]\nroot_package = "town"\n[[tool.importlinter.contracts]]\nname = "down"\n'
        'type = "layers"\ncontainers = ["town"]\nexhaustive = true\nlayers = ["above", "below"]\n'
    )
    done = lint(tmp_path)
    assert done.returncode == 1
    assert "town.below -> town.above" in done.stdout
