"""Proofs (证明): that an entry or a look is in the ledger or the log, that nothing before was rewritten; and witnesses."""
