"""Everything is run once a session without Prefect; and once more as a flow on a server of its own, where asked for."""

from collections.abc import Iterator

import pytest

from tests.canary.evidence import Evidence
from tests.canary.prefect_evidence import PrefectEvidence
from tests.canary.seeds import UKPRN, make_learner, write


@pytest.fixture(scope="session")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    """Everything run without Prefect, and the command line."""
    evidence = Evidence(tmp_path_factory.mktemp("canary"))
    evidence.seed()
    evidence.run("-m", "tests.canary.faulty_run", "plain", name="plain run", LEARNER_IMPORTS_LOG_FORMAT="json")
    run_commands(evidence)
    return evidence


@pytest.fixture(scope="session")
def flow_evidence(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrefectEvidence]:
    """The same run as a Prefect flow whose logs go to a server, which still runs."""
    evidence = PrefectEvidence(tmp_path_factory.mktemp("canary flow"))
    evidence.seed()
    with evidence.serving():
        evidence.run("-m", "tests.canary.faulty_run", "flow", name="flow run")
        yield evidence


def run_commands(evidence: Evidence) -> None:
    """What an operator types; a file of his own is named neutrally, for he types the name himself."""
    file = evidence.folder / "file.xlsx"
    file.write_bytes(write([make_learner(90_001)]))
    command = ("-m", "cli", "import", str(file), "--ukprn", UKPRN)
    blocked = evidence.folder / "blocked"
    blocked.write_text("a file where the home should be")
    evidence.wait_for(
        [
            evidence.start("-m", "cli", "status", name="status"),
            evidence.start("-m", "cli", "imports", "list", name="imports list"),
            evidence.start(*command, name="import in no home", LEARNER_IMPORTS_HOME=str(blocked)),
            evidence.start(
                *command, name="import into no database", LEARNER_IMPORTS_DATABASE_URL=f"sqlite:///{blocked}/x.db"
            ),
        ]
    )
