"""What `prefect.yaml` needs to know of this installation when its deployments are registered."""

import shlex
import sys


def describe_installation() -> dict[str, str]:
    """Return the commands that run a flow: `import_command` for import runs, which files wait for, else `command`.

    They name this installation's interpreter, because a worker that a service manager starts has no PATH to it;
    so machines that share a work pool have it at the same path.
    """
    python = shlex.quote(sys.executable)
    return {"command": f"{python} -m prefect.engine", "import_command": f"{python} -m flows.runs.engine"}
