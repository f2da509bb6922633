"""Staff: who there is, new accounts, what each may do where [manual 1.2 to 1.4].

`reach` decides who may see and do what here; the rules that hold for everybody are in `loaders`.
"""

from web_min.staff import account_routes, membership_routes, routes
from web_min.staff.blueprint import blueprint

__all__ = ["account_routes", "blueprint", "membership_routes", "routes"]
