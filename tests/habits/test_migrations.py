"""Migrations are one numbered chain, whose head is a file: two branches that both add one collide in git."""

from tests.habits import reading

VERSIONS = reading.ROOT / "migrations" / "versions"

FIRST = 'revision = "0001"\ndown_revision = None\n'
SECOND = 'revision: str = "0002"\ndown_revision: str | None = "0001"\n'


def test_migrations_are_one_numbered_chain():
    files = {path.name: reading.read(path) for path in VERSIONS.glob("*.py")}
    head = VERSIONS / ".head"
    assert (
        list(reading.migration_faults(files, head.read_text("utf-8").strip() if head.exists() else None))
        == []
    )


def test_what_is_sound_passes():
    assert list(reading.migration_faults({}, None)) == []
    assert list(reading.migration_faults({"0001_people.py": FIRST, "0002_votes.py": SECOND}, "0002")) == []


def test_planted_faults_are_found():
    def found(files, head="0002"):
        return list(reading.migration_faults(files, head))

    assert found({"0001_people.py": FIRST, "0003_votes.py": SECOND})
    assert found({"0001_people.py": FIRST, "votes.py": SECOND})
    assert found({"0001_people.py": FIRST, "0002_votes.py": SECOND}, head="0001")
    assert found({"0001_people.py": FIRST, "0002_votes.py": SECOND}, head=None)
    assert found(
        {"0001_people.py": FIRST, "0002_a.py": SECOND, "0003_b.py": SECOND.replace("0002", "0003")}, "0003"
    )
    assert found({"0001_people.py": FIRST + "from civic.votes.models import Ballot\n"}, "0001")
    assert found({"0001_people.py": "revision = '0001'\n"}, "0001")
