"""Publishing stocks of government debt (政府债务公布): by the finance authority alone, frozen as it published them."""
