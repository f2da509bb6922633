"""What `prefect.yaml` needs to know of this installation when its deployments are registered."""

import shlex
import sys


def describe_installation() -> dict[str, str]:
    """Return the command that runs a flow.

    It names this installation's interpreter, because a worker that a service manager starts has no PATH to it;
    so machines that share a work pool have it at the same path.
    """
    return {"command": f"{shlex.quote(sys.executable)} -m flows.runs.engine"}
