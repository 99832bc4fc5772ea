"""The outbox (发件箱): what others must be told, written in the transaction of the act that makes it true."""
