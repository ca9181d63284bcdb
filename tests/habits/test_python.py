"""House rules that can be read off the Python source."""

from pathlib import Path

import pytest

from tests.habits import reading
from tests.habits.reading import faults

COMMITS = {
    "civic/core/db.py": "the one place",
    "civic/app/migrate.py": "Alembic's own connection, before there is a session",
}
SETS_STATUS = {
    "civic/core/states.py": "the one place",
    "civic/core/jobs.py": "a delivery's state is the machine's own, nobody's proposal",
    "civic/core/outbox.py": "the same",
    "civic/app/demo.py": "writes a finished past in bulk",
    "civic/app/demo/": "the same",
    "civic/imports/": "takes over another platform's past",
}


# Parts of verbs, not verbs: called by a verb of a package above, inside its act and after its require().
# No view may call them, which is tested too.
PARTS = {
    "civic/audit/service.py": {"record"},
    "civic/contributions/service.py": {
        "speak_as",
        "refresh_stage",
        "involve",
        "release",
        "subject_of",
    },
    "civic/index/service.py": {"put", "drop"},
    "civic/outcomes/service/promises.py": {"counts_of", "step_of", "subject_of"},
    "civic/outcomes/service/sheets.py": {"give_code", "begin_round"},
}


def services() -> list[Path]:
    return [
        path for path in reading.python_files() if path.name == "service.py" or path.parent.name == "service"
    ]


def test_only_the_transaction_commits():
    assert faults(reading.commits, reading.python_files(), COMMITS) == []


def test_a_status_changes_in_one_place_only():
    assert faults(reading.status_assignments, reading.python_files(), SETS_STATUS) == []


def test_every_verb_asks_for_permission_first():
    found = [
        f"{reading.named(path)}:{line}: {what}"
        for path in services()
        for line, what in reading.unguarded_verbs(reading.read(path), PARTS.get(reading.named(path), set()))
    ]
    assert found == []


def test_no_view_calls_a_part_of_a_verb():
    parts = {name for names in PARTS.values() for name in names}
    views = [path for path in reading.python_files() if "views" in {path.stem, path.parent.name}]
    assert faults(lambda source: reading.calls_to_services(source, parts), views, {}) == []


def test_imports_stand_at_the_top():
    assert faults(reading.imports_in_functions, reading.python_files(), {}) == []


@pytest.mark.parametrize(
    ("look", "planted"),
    [
        (reading.commits, "def f(session):\n    session.commit()"),
        (reading.status_assignments, "proposal.status = 1"),
        (reading.status_assignments, "a, proposal.status = 1, 2"),
        (reading.status_assignments, "proposal.status: int = 1"),
        (reading.status_assignments, "setattr(proposal, 'status', 1)"),
        (reading.status_assignments, "update(Proposal).where(Proposal.id == 1).values(status=1)"),
        (reading.unguarded_verbs, "def publish(actor, thing):\n    move(thing)"),
        (reading.unguarded_verbs, 'def publish(actor, thing):\n    """Shown to all."""\n    move(thing)'),
        (reading.unguarded_verbs, 'def publish(actor, thing):\n    """Only a docstring."""'),
        (reading.unguarded_verbs, "def publish(actor, thing):\n    if thing.open: raise ValueError"),
        (lambda s: reading.calls_to_services(s, {"involve"}), "service.involve(actor)"),
        (lambda s: reading.calls_to_services(s, {"involve"}), "contribution_service.involve(actor)"),
        (reading.imports_in_functions, "def f():\n    from civic.core import db"),
        (reading.imports_in_functions, "class A:\n    def f(self):\n        if self:\n            import os"),
    ],
)
def test_a_planted_fault_is_found(look, planted):
    assert list(look(planted))


@pytest.mark.parametrize(
    ("look", "sound"),
    [
        (reading.commits, "with transaction():\n    commit_to(actor, case)"),
        (
            reading.status_assignments,
            "if proposal.status == 1: pass\nProposal(status=1)\nresponse.status_code = 3",
        ),
        (reading.status_assignments, "insert(Proposal).values(status=1)"),
        (
            reading.unguarded_verbs,
            'def publish(actor, thing):\n    """Shown."""\n    require(actor, May.X, thing)',
        ),
        (
            reading.unguarded_verbs,
            "def close(actor):\n    if actor is not Actor.SYSTEM:\n        raise NotAllowed",
        ),
        (reading.unguarded_verbs, "def close(actor):\n    assert actor.system"),
        (lambda s: reading.unguarded_verbs(s, {"involve"}), "def involve(thing):\n    return 1"),
        (
            lambda s: reading.calls_to_services(s, {"involve"}),
            "service.publish(actor)\nqueries.involve(actor)",
        ),
        (reading.unguarded_verbs, "def _counted(thing):\n    return 1"),
        (reading.imports_in_functions, "import os\n\n\ndef f():\n    return os"),
    ],
)
def test_what_is_sound_passes(look, sound):
    assert list(look(sound)) == []
