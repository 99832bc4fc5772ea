"""Pages (视图): gather from the rooms, render; they decide nothing."""
