"""Access (查阅关口): who may look, and the log of every look."""
