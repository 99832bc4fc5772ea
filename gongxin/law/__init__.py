"""Law (法): pure rules with their clauses. No framework, no input or output, no clock."""
