"""The sample city (样例城市): departments' files for an invented city, the same bytes from the same seed."""
