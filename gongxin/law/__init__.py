"""Law (法): pure rules with their clauses."""
