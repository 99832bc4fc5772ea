"""Notices (对外告知): the door through which events and messages leave. It decides nothing; the outbox says what is due."""
