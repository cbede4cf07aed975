"""GT.M as an oracle for the tests, where it is installed."""
