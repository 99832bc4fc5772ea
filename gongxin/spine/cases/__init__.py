"""Cases (案件): one engine for every kind – state is a fold over acts, one table draws the buttons and guards the writes.

A room brings its kinds (`kinds.register`); what an act changes on a record is entered in the ledger in the same transaction.
"""
