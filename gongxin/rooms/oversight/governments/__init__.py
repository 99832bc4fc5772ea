"""Assessment of governments (政务诚信评价): what is counted, how it is compared, what bodies and third parties say beside it."""
